import { CfnOutput, Stack, type StackProps, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Gatepost, type GatepostProps } from './gatepost.ts';
import { toId } from './ids.ts';

/** Gatepost's props, and those of any stack: `env`, `stackName`, `tags`, `terminationProtection`. */
export interface GatepostStackProps extends StackProps, GatepostProps {}

/**
 * One Gatepost as a stack of its own. Its outputs are what providers and consumers have to be told, and what the command
 * `gatepost` finds everything else by.
 */
export class GatepostStack extends Stack {
  readonly gatepost: Gatepost;

  /** @throws {Error} where a prop is wrong, with a sentence that says what would be right. */
  constructor(scope: Construct, id: string, props: GatepostStackProps) {
    checkAccount(props.env?.account);
    super(scope, id, { description: 'Gatepost: verifies, stores and fans out webhooks', ...props });
    this.gatepost = new Gatepost(this, 'Gatepost', props);
    const { prefix, gate, entityQueues, intake, eventLog } = this.gatepost;

    for (const [source, url] of gate.urls) {
      this.output(`${toId(source)}HookUrl`, url, `What the provider of ${source} is to post to`);
    }
    for (const [source, ingest] of gate.ingests) {
      this.output(
        `${toId(source)}IngestFunction`,
        ingest.function.functionName,
        `Has the settings of ${source}`,
      );
    }
    if (gate.domain !== undefined) {
      const { name, regionalDomainName } = gate.domain;
      this.output('GateDomainTarget', regionalDomainName, `What the DNS record of ${name} is to point to`);
    }
    for (const [entity, { queue }] of entityQueues.all) {
      this.output(`${toId(entity)}QueueUrl`, queue.queueUrl, `The events of ${entity}`);
      this.output(`${toId(entity)}QueueArn`, queue.queueArn, `The events of ${entity}`);
    }
    const { queue, deadLetterQueue, fanOut } = intake;
    this.output('IntakeQueueUrl', queue.queueUrl, 'Deliveries that wait for fan-out');
    this.output('IntakeDeadLetterQueueUrl', deadLetterQueue.queueUrl, 'Deliveries that fan-out gave up on');
    this.output('IntakeDeadLetterQueueArn', deadLetterQueue.queueArn, 'Deliveries that fan-out gave up on');
    this.output('FanOutFunction', fanOut.functionName, 'Empties the intake queue');
    this.output('EventLogTable', eventLog.table.tableName, 'Every event, once');
    this.output('Prefix', prefix, 'What the names of all resources begin with');
    const { dashboard } = this.gatepost.watch.dashboard;
    this.output('Dashboard', dashboard.dashboardName, 'What on-call looks at, in CloudWatch');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** CDK hands over whatever it is given; it would be found out while deploying. */
const checkAccount = (account: string | undefined): void => {
  if (account === undefined || Token.isUnresolved(account) || /^\d{12}$/.test(account)) return;
  throw new Error(
    `env.account is "${account}"; it must be an AWS account id as a string: twelve digits, such as "111122223333"`,
  );
};
