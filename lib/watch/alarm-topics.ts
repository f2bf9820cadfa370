import { Annotations, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct, type IConstruct } from 'constructs';
import { shown } from '../checks.ts';
import { toId } from '../ids.ts';
import { SettingError } from '../setting-error.ts';
import { ALARM_KINDS, SEVERITIES, type Severity } from './alarm-kinds.ts';

/** The topics of an own choice, by severity. */
export type OwnTopics = { readonly [S in Severity]?: ITopic };

/** The addresses that are told of the alarms of a consumer, by its name. */
export type OwnerEmails = ReadonlyMap<string, readonly string[]>;

export interface AlarmTopicsProps {
  readonly prefix: string;
  /** Default: a new topic for each severity. */
  readonly own: OwnTopics;
  /** Receive what the new topics get. */
  readonly emails: readonly string[];
  readonly owners: OwnerEmails;
}

/**
 * A topic for pages and one for tickets, so that what has to wake a person and what can wait go different ways. Their messages
 * contain names of alarms and thresholds, but no payloads. SNS encrypts them at rest with its own key: with a KMS key,
 * CloudWatch can publish only if it is customer managed.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopics extends Construct {
  readonly of: Readonly<Record<Severity, ITopic>>;
  /** The topics of consumers, by name: `<prefix>-<consumer>-alarms`. */
  readonly owners: ReadonlyMap<string, ITopic>;

  constructor(scope: Construct, id: string, { prefix, own, emails, owners }: AlarmTopicsProps) {
    super(scope, id);
    this.owners = new Map(
      [...owners].map(([owner, told]) => [
        owner,
        this.newTopic(
          toId(`of-${owner}`),
          `${prefix}-${owner}-alarms`,
          [`${prefix}-queue-*-${owner}-*`],
          told,
        ),
      ]),
    );
    const topicOf = (severity: Severity): ITopic => own[severity] ?? this.addTopic(severity, prefix, emails);
    this.of = { page: topicOf('page'), ticket: topicOf('ticket') };
  }

  private addTopic(severity: Severity, prefix: string, emails: readonly string[]): Topic {
    const alarms = Object.keys(ALARM_KINDS).map((kind) => `${prefix}-${kind}*-${severity}`);
    const topic = this.newTopic(IDS[severity], `${prefix}-${severity}s`, alarms, emails);
    this.warnIfNoPersonIsTold(severity, topic);
    return topic;
  }

  /** @param alarms the names of the alarms that may publish, with `*` for any text. */
  private newTopic(
    id: string,
    topicName: string,
    alarms: readonly string[],
    emails: readonly string[],
  ): Topic {
    const topic = new Topic(this, id, { topicName, enforceSSL: true });
    // Replaces the default policy, which allows every alarm of the account to publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisGatepost',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          ArnLike: {
            // Formatted instead of referenced, because the alarms refer to the topic.
            'aws:SourceArn': alarms.map((name) =>
              Stack.of(this).formatArn({ service: 'cloudwatch', resource: `alarm:${name}` }),
            ),
          },
        },
      }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  /** Looks when the app is complete, since it may subscribe to the topics after this is made. */
  private warnIfNoPersonIsTold(severity: Severity, topic: Topic): void {
    const stack = Stack.of(this);
    const arn = JSON.stringify(stack.resolve(topic.topicArn));
    const isToldBy = (element: IConstruct): boolean => {
      if (element instanceof CfnSubscription) return JSON.stringify(stack.resolve(element.topicArn)) === arn;
      // A chat channel names its topics in a list of its own.
      return CfnResource.isCfnResource(element) && element.cfnResourceType.startsWith('AWS::Chatbot::');
    };
    Aspects.of(this).add({
      visit: (node: IConstruct) => {
        if (node !== this || stack.node.findAll().some(isToldBy)) return;
        Annotations.of(this).addWarningV2(
          `gatepost:no-person-is-told-of-${severity}s`,
          `No person is told of a ${severity}: set alarmEmail, give a topic of your own in alarms.topics.${severity}, or subscribe to gatepost.watch.topics.${severity}`,
        );
      },
    });
  }
}

const IDS: Readonly<Record<Severity, string>> = { page: 'Pages', ticket: 'Tickets' };

/**
 * The configured topics.
 *
 * @throws {SettingError} if one is no topic.
 */
export const checkTopics = (topics: OwnTopics = {}): OwnTopics => {
  for (const severity of SEVERITIES) {
    const topic: unknown = topics[severity];
    if (topic === undefined || (typeof topic === 'object' && topic !== null && 'topicArn' in topic)) continue;
    throw new SettingError(
      `alarms.topics.${severity} is ${shown(topic)}; it must be a topic, such as Topic.fromTopicArn(this, 'Pages', 'arn:aws:sns:…')`,
    );
  }
  return topics;
};

/**
 * The configured addresses.
 *
 * @param name the prop's name.
 * @throws {SettingError} for an invalid or repeated address.
 */
export const checkEmails = (configured: unknown, name = 'alarmEmail'): readonly string[] => {
  if (configured === undefined) return [];
  const emails: readonly unknown[] = Array.isArray(configured) ? configured : [configured];
  const valid = emails.map((email) => {
    if (typeof email === 'string' && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
    throw new SettingError(
      `${name} is ${shown(configured)}; it must be an e-mail address, such as "oncall@example.com", or a list of them`,
    );
  });
  if (new Set(valid).size === valid.length) return valid;
  throw new SettingError(`${name} is ${shown(configured)}; it has an address twice, take one of them out`);
};
