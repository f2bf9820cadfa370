/**
 * What MiniStack 1.5.33 does not do as AWS does, and what the rehearsal does about it. docs/rehearsal.md has the same list,
 * with what reproduces each.
 */
export const LIMITS: readonly string[] = [
  'CloudFormation does not know AWS::CloudWatch::CompositeAlarm: a plain alarm stands in, and the composite alarms are put by the API',
  'CloudFormation refuses metric math in AWS::CloudWatch::Alarm: an alarm of the first metric stands in',
  'Ref of AWS::SecretsManager::Secret gives the name, not the ARN: Fn::GetAtt of Id stands in',
  'CloudFormation imports no AWS::SecretsManager::Secret: only queues and the table are adopted, and the secrets are set again',
  'CloudFormation takes over a queue or a secret whose name is taken, where AWS refuses: a rule of the rehearsal looks for such names before each deployment',
  'CloudFormation fetches no template from a bucket’s own host name: the output of the bootstrap stack is spelled otherwise',
  'CloudFormation leaves the policy on a queue when it deletes AWS::SQS::QueuePolicy',
  'IAM asks for sqs:SendMessageBatch, an action that AWS does not have: it is allowed where sqs:SendMessage is',
  'IAM asks for FilterLogEvents on a log group without `:*` at its end: both are allowed',
  'Lambda writes logs and receives from queues with no role: whether these grants are needed is not shown',
  'Alarms ignore dimensions, and SQS reports no metrics: the rehearsal reports one itself',
  '`aws logs tail` is of version 2 of the AWS CLI, which can’t be installed from PyPI: it is not run',
  'AWS::CDK::Metadata is not in the template that is rehearsed',
  'Quotas, throttling, time-outs of calls, and what CloudFormation takes longer for than a second',
];
