import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { SettingError } from '../setting-error.ts';
import { SEVERITIES } from './alarm-kinds.ts';
import { compositeName } from './alarms.ts';

export interface AlarmTopicProps {
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  /** Who is written to. AWS asks that address for its consent first. */
  readonly email?: string | undefined;
}

/**
 * Where alarms go. What it carries names alarms and thresholds, never a payload; SNS encrypts it at rest with a key of its
 * own. A key from KMS would let CloudWatch publish only if it were the customer's own.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  /** @throws {SettingError} where the address is none. */
  constructor(scope: Construct, id: string, { prefix, email }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: `${prefix}-alarms`, enforceSSL: true });
    // With a policy of our own the default one is gone, by which every alarm of the account could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisGatepost',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnEquals: {
            'aws:SourceArn': SEVERITIES.map((severity) =>
              // Written out: the alarms refer to the topic, and it could not be made before them.
              Stack.of(this).formatArn({
                service: 'cloudwatch',
                resource: `alarm:${compositeName(prefix, severity)}`,
              }),
            ),
          },
        },
      }),
    );
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(checkEmail(email)));
  }
}

const checkEmail = (email: string): string => {
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
  throw new SettingError(
    `alarmEmail is "${email}"; it must be an e-mail address, such as "oncall@example.com"`,
  );
};
