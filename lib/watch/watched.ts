import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Console } from '../console.ts';
import type { EntityQueues } from '../entity-queues.ts';
import type { EventLog } from '../event-log.ts';
import type { Gate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { ConfiguredSource } from '../sources.ts';

/** All that is watched of one Gatepost. */
export interface Watched {
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  readonly gate: Gate;
  readonly intake: Intake;
  readonly eventLog: EventLog;
  readonly entityQueues: EntityQueues;
  /** Undefined where it was left out. */
  readonly console: Console | undefined;
  readonly sources: readonly ConfiguredSource[];
}

/** {@link Watched}, with the count of throttled requests, which is made from the gate's access log. */
export interface WatchedWithThrottled extends Watched {
  readonly throttled: IMetric;
}
