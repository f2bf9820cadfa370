import { CfnOutput, CfnResource, type Environment, Stack, type StackProps, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ROUTING_METADATA } from '../lambdas/core/routing-table.ts';
import { shown } from './checks.ts';
import { Gatepost } from './gatepost.ts';
import { GATEPOST_PROPS, type GatepostProps } from './gatepost-props.ts';
import { checkDistinctIds, toId } from './ids.ts';
import { checkPropNames, type PropNames } from './prop-names.ts';
import { SettingError } from './setting-error.ts';

/** Gatepost's props, and those of any stack: `env`, `stackName`, `tags`, `terminationProtection`. */
export interface GatepostStackProps extends StackProps, GatepostProps {}

/** A stack with one Gatepost. Its outputs are for providers, for consumers and for the command `gatepost`. */
export class GatepostStack extends Stack {
  readonly gatepost: Gatepost;

  /** @throws {SettingError} if a prop is wrong, with a sentence that says what is allowed. */
  constructor(scope: Construct, id: string, props: GatepostStackProps) {
    checkPropNames<GatepostStackProps>('', props, { ...GATEPOST_PROPS, ...STACK_PROPS });
    checkPropNames<Environment>('env', props.env, { account: true, region: true });
    checkAccount(props.env?.account);
    super(scope, id, { description: 'Gatepost: verifies, stores and fans out webhooks', ...props });
    this.gatepost = new Gatepost(this, 'Gatepost', withoutStackProps(props));
    const { prefix, gate, entityQueues, consumers, intake, eventLog, bodies } = this.gatepost;

    for (const [source, url] of gate.urls) {
      this.output(`${toId(source)}HookUrl`, url, `The URL for the provider of ${source}`);
    }
    for (const [source, ingest] of gate.ingests) {
      this.output(
        `${toId(source)}IngestFunction`,
        ingest.function.functionName,
        `Has the settings of ${source}`,
      );
    }
    if (gate.domain !== undefined) {
      // Without the domain's name, which may be a token: CloudFormation allows only plain text in a description.
      const target = gate.domain.regionalDomainName;
      this.output('GateDomainTarget', target, "The target of the gate's DNS record, a CNAME or an alias");
    }
    checkDistinctIds('queue', [
      ...entityQueues.all.keys(),
      ...[...consumers.all.values()].flatMap(({ queues }) => [...queues.keys()].map(ofEntity)),
    ]);
    for (const [entity, queue] of entityQueues.all) {
      this.output(`${toId(entity)}QueueUrl`, queue.queueUrl, `The events of ${entity}`);
    }
    for (const { consumerName, queues } of consumers.all.values()) {
      for (const [name, queue] of queues) {
        this.output(`${toId(ofEntity(name))}QueueUrl`, queue.queueUrl, `Events of ${consumerName}`);
      }
    }
    // Once for the whole stack, since CloudFormation allows 200 outputs.
    this.addMetadata(ROUTING_METADATA, intake.routing);
    const { queue, deadLetterQueue, fanOut } = intake;
    this.output('IntakeQueueUrl', queue.queueUrl, 'Deliveries for fan-out');
    this.output('IntakeDeadLetterQueueUrl', deadLetterQueue.queueUrl, 'Deliveries that fan-out gave up on');
    this.output('FanOutFunction', fanOut.functionName, 'Empties the intake queue');
    const { retries } = this.gatepost;
    if (retries !== undefined) {
      const { functionName } = retries.function;
      this.output('RejectedFunction', functionName, 'Checks rejected deliveries again');
    }
    this.output('EventLogTable', eventLog.table.tableName, 'Every event, once');
    this.output('BodiesBucket', bodies.bucket.bucketName, 'Large bodies, and the data of large events');
    this.output('Prefix', prefix, 'The prefix of all names');
    const { dashboard } = this.gatepost.watch.dashboard;
    this.output('Dashboard', dashboard.dashboardName, 'The CloudWatch dashboard for on-call');
    this.checkLimits();
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }

  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
  private checkLimits(): void {
    const elements = this.node.findAll();
    const outputs = elements.filter((element) => element instanceof CfnOutput).length;
    const resources = elements.filter((element) => CfnResource.isCfnResource(element)).length;
    if (outputs > MAX_OUTPUTS) {
      throw new SettingError(
        `The stack would have ${outputs} outputs; CloudFormation allows ${MAX_OUTPUTS}. Each source takes two, each queue one: choose events in sources.<name>.events, use one queue for a consumer, set entityQueues to false, or put some sources into a second Gatepost with another prefix`,
      );
    }
    if (resources > MAX_RESOURCES) {
      throw new SettingError(
        `The stack would have ${resources} resources; CloudFormation allows ${MAX_RESOURCES}, and each source and each queue takes several: choose fewer events, use one queue for a consumer, set entityQueues to false, put some sources into a second Gatepost with another prefix, or switch alarms off in alarms.thresholds`,
      );
    }
  }
}

/** `crm_task` -> `crm-of-task`: an id has no underscore, and differs from that of the entity `crm-task`. */
const ofEntity = (queue: string): string => queue.replace('_', '-of-');

const MAX_OUTPUTS = 200;
const MAX_RESOURCES = 500;

/** Every prop of a stack. */
const STACK_PROPS: PropNames<StackProps> = {
  description: true,
  env: true,
  stackName: true,
  tags: true,
  notificationArns: true,
  synthesizer: true,
  terminationProtection: true,
  analyticsReporting: true,
  crossRegionReferences: true,
  permissionsBoundary: true,
  suppressTemplateIndentation: true,
  propertyInjectors: true,
};

/** Gatepost rejects unknown props, including those of the stack. */
const withoutStackProps = (props: GatepostStackProps): GatepostProps => {
  const own = Object.entries(props).filter(([name]) => !Object.hasOwn(STACK_PROPS, name));
  return Object.fromEntries(own) as unknown as GatepostProps;
};

/** CDK accepts any value, so a wrong one would fail only on deployment. */
const checkAccount = (account: unknown): void => {
  if (account === undefined || Token.isUnresolved(account)) return;
  if (typeof account === 'string' && /^\d{12}$/.test(account)) return;
  throw new SettingError(
    `env.account is ${shown(account)}; it must be an AWS account id as a string: twelve digits, such as "111122223333"`,
  );
};
