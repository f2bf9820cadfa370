import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { shown } from '../checks.ts';
import { SettingError } from '../setting-error.ts';
import { SEVERITIES } from './alarm-kinds.ts';
import { compositeName } from './alarms.ts';

export interface AlarmTopicProps {
  readonly prefix: string;
  readonly email?: string | undefined;
}

/**
 * The topic of the alarms. Its messages contain names of alarms and thresholds, but no payloads. SNS encrypts them at rest
 * with its own key: with a KMS key, CloudWatch can publish only if it is customer managed.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  /** @throws {SettingError} for an invalid address. */
  constructor(scope: Construct, id: string, { prefix, email }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: `${prefix}-alarms`, enforceSSL: true });
    // Replaces the default policy, which allows every alarm of the account to publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisGatepost',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnEquals: {
            'aws:SourceArn': SEVERITIES.map((severity) =>
              // Formatted instead of referenced, because the alarms refer to the topic.
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
  if (typeof email === 'string' && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
  throw new SettingError(
    `alarmEmail is ${shown(email)}; it must be an e-mail address, such as "oncall@example.com"`,
  );
};
