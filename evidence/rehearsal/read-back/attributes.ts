import { AssemblyError } from '../../../local/assembly/template.ts';
import type { Target } from '../target.ts';

type Compute = (physicalId: string, target: Target) => string;

const arn =
  (service: string, resource: (physicalId: string) => string): Compute =>
  (physicalId, { account, region }) =>
    `arn:aws:${service}:${region}:${account}:${resource(physicalId)}`;

const itself: Compute = (physicalId) => physicalId;

/** How AWS spells the attributes of a resource, from its physical id. */
const ATTRIBUTES: Readonly<Record<string, Compute>> = {
  'AWS::SQS::Queue.Arn': arn('sqs', (url) => url.split('/').at(-1) ?? ''),
  'AWS::SQS::Queue.QueueName': (url) => url.split('/').at(-1) ?? '',
  'AWS::Lambda::Function.Arn': arn('lambda', (name) => `function:${name}`),
  'AWS::Logs::LogGroup.Arn': arn('logs', (name) => `log-group:${name}:*`),
  'AWS::S3::Bucket.Arn': (name) => `arn:aws:s3:::${name}`,
  'AWS::DynamoDB::Table.Arn': arn('dynamodb', (name) => `table/${name}`),
  'AWS::IAM::Role.Arn': (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::ApiGatewayV2::Api.ApiId': itself,
  'AWS::ApiGatewayV2::Api.ApiEndpoint': (id, { region }) =>
    `https://${id}.execute-api.${region}.amazonaws.com`,
  'AWS::CloudWatch::Alarm.Arn': arn('cloudwatch', (name) => `alarm:${name}`),
  'AWS::SNS::Topic.TopicArn': itself,
  'AWS::SNS::Topic.TopicName': (topic) => topic.split(':').at(-1) ?? '',
  'AWS::SecretsManager::Secret.Id': itself,
};

/**
 * What `Fn::GetAtt` gives.
 *
 * @throws {AssemblyError} where the spelling of AWS is not listed.
 */
export const attributeOf = (type: string, attribute: string, physicalId: string, target: Target): string => {
  const compute = ATTRIBUTES[`${type}.${attribute}`];
  if (compute === undefined) throw new AssemblyError(`The rehearsal does not know ${attribute} of ${type}`);
  return compute(physicalId, target);
};
