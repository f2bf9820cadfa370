import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Gatepost, type GatepostProps } from './gatepost.ts';
import { toId } from './ids.ts';

export interface GatepostStackProps extends StackProps, GatepostProps {}

/** One Gatepost as a stack of its own. Its outputs are what providers and consumers have to be told. */
export class GatepostStack extends Stack {
  readonly gatepost: Gatepost;

  constructor(scope: Construct, id: string, props: GatepostStackProps) {
    super(scope, id, { description: 'Gatepost: verifies, stores and fans out webhooks', ...props });
    this.gatepost = new Gatepost(this, 'Gatepost', props);
    const { gate, entityQueues, intake, eventLog } = this.gatepost;

    for (const [source, url] of gate.urls) {
      this.output(`${toId(source)}HookUrl`, url, `What the provider of ${source} is to post to`);
    }
    for (const [entity, { queue }] of entityQueues.all) {
      this.output(`${toId(entity)}QueueUrl`, queue.queueUrl, `The events of ${entity}`);
      this.output(`${toId(entity)}QueueArn`, queue.queueArn, `The events of ${entity}`);
    }
    const { deadLetterQueue } = intake;
    this.output('IntakeDeadLetterQueueUrl', deadLetterQueue.queueUrl, 'Deliveries that fan-out gave up on');
    this.output('IntakeDeadLetterQueueArn', deadLetterQueue.queueArn, 'Deliveries that fan-out gave up on');
    this.output('EventLogTable', eventLog.table.tableName, 'Every event, once');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
