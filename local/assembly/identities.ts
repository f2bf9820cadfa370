import { hash } from 'node:crypto';
import type { Place } from './place.ts';

/** The parts of a resource's names. */
export interface Names {
  readonly logicalId: string;
  readonly stackName: string;
  readonly place: Place;
  /** A property of the resource, resolved; undefined where the template doesn't set it. */
  property(name: string): unknown;
}

/** The values of `Ref` and `Fn::GetAtt` for a resource. */
export type Attributes = { readonly Ref: string } & Readonly<Record<string, string>>;

/** By resource type. */
export const ATTRIBUTES: Readonly<Record<string, (names: Names) => Attributes>> = {
  'AWS::SQS::Queue': (names) => {
    const suffix = names.property('FifoQueue') === true ? '.fifo' : '';
    const name = given(names, 'QueueName') ?? `${generatedName(names, 80 - suffix.length)}${suffix}`;
    return { Ref: names.place.queueUrl(name), Arn: arn(names, 'sqs', name), QueueName: name };
  },
  'AWS::DynamoDB::Table': (names) => table(names),
  'AWS::DynamoDB::GlobalTable': (names) => table(names),
  'AWS::S3::Bucket': (names) => {
    const name = given(names, 'BucketName') ?? generatedName(names, 63).toLowerCase();
    return { Ref: name, Arn: `arn:aws:s3:::${name}` };
  },
  'AWS::S3::BucketPolicy': ({ logicalId }) => ({ Ref: logicalId }),
  'AWS::SecretsManager::Secret': (names) => {
    // A secret's ARN ends in six characters. https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
    const name = given(names, 'Name') ?? generatedName(names, 512);
    const suffix = hash('sha256', name, 'hex').slice(0, 6);
    const secretArn = arn(names, 'secretsmanager', `secret:${name}-${suffix}`);
    return { Ref: secretArn, Id: secretArn, Name: name };
  },
  'AWS::Lambda::Function': (names) => {
    const name = given(names, 'FunctionName') ?? generatedName(names, 64);
    return { Ref: name, Arn: arn(names, 'lambda', `function:${name}`) };
  },
  'AWS::Lambda::EventSourceMapping': ({ logicalId }) => ({ Ref: logicalId, Id: logicalId }),
  'AWS::ApiGatewayV2::Api': ({ logicalId, place }) => {
    const id = localId(logicalId);
    return { Ref: id, ApiId: id, ApiEndpoint: place.apiEndpoint };
  },
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ Ref: localId(logicalId) }),
  'AWS::ApiGatewayV2::Route': ({ logicalId }) => ({ Ref: localId(logicalId) }),
  'AWS::ApiGatewayV2::Stage': (names) => ({ Ref: given(names, 'StageName') ?? '$default' }),
  'AWS::IAM::Role': (names) => {
    const name = given(names, 'RoleName') ?? generatedName(names, 64);
    return { Ref: name, RoleId: name, Arn: `arn:aws:iam::${names.place.accountId}:role/${name}` };
  },
  'AWS::IAM::ManagedPolicy': (names) => {
    const name = given(names, 'ManagedPolicyName') ?? generatedName(names, 128);
    return { Ref: `arn:aws:iam::${names.place.accountId}:policy/${name}` };
  },
  'AWS::IAM::Policy': ({ logicalId }) => ({ Ref: logicalId, Id: logicalId }),
  'AWS::IAM::RolePolicy': ({ logicalId }) => ({ Ref: logicalId }),
  'AWS::SQS::QueuePolicy': ({ logicalId }) => ({ Ref: logicalId, Id: logicalId }),
  'AWS::Logs::LogGroup': (names) => {
    const name = given(names, 'LogGroupName') ?? generatedName(names, 512);
    return { Ref: name, Arn: arn(names, 'logs', `log-group:${name}:*`) };
  },
};

const table = (names: Names): Attributes => {
  const name = given(names, 'TableName') ?? generatedName(names, 255);
  return { Ref: name, Arn: arn(names, 'dynamodb', `table/${name}`) };
};

const given = ({ property }: Names, name: string): string | undefined => {
  const value = property(name);
  return value === undefined ? undefined : String(value);
};

const arn = ({ place }: Names, service: string, resource: string): string =>
  `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;

/** Like the name that CloudFormation generates, but the same at every start. */
const generatedName = ({ stackName, logicalId }: Names, maxLength: number): string =>
  `${stackName}-${logicalId}`.slice(0, maxLength);

/** Ten characters, like API Gateway's ids. */
const localId = (logicalId: string): string => hash('sha256', logicalId, 'hex').slice(0, 10);
