import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type GatepostStackProps, GatepostStack as Original } from '../../lib/gatepost-stack.ts';

/** The stack with a retention that is one day longer: a setting of the event log, and of every function. */
export class GatepostStack extends Original {
  constructor(scope: Construct, id: string, props: GatepostStackProps) {
    const { retention = Duration.days(30) } = props;
    super(scope, id, { ...props, retention: retention.plus(Duration.days(1)) });
  }
}
