import { hash } from 'node:crypto';
import type { Place } from './place.ts';

/** What a resource's names are made of. */
export interface Names {
  readonly logicalId: string;
  readonly stackName: string;
  readonly place: Place;
  /** A property of the resource, resolved; undefined where the template doesn't give it. */
  property(name: string): unknown;
}

/** What `Ref` and `Fn::GetAtt` give of a resource. */
export type Attributes = { readonly Ref: string } & Readonly<Record<string, string>>;

/** What can be referred to, by resource type. */
export const ATTRIBUTES: Readonly<Record<string, (names: Names) => Attributes>> = {
  'AWS::SQS::Queue': (names) => {
    const suffix = names.property('FifoQueue') === true ? '.fifo' : '';
    const name = given(names, 'QueueName') ?? `${generatedName(names, 80 - suffix.length)}${suffix}`;
    return { Ref: names.place.queueUrl(name), Arn: arn(names, 'sqs', name), QueueName: name };
  },
  'AWS::DynamoDB::Table': (names) => table(names),
  'AWS::DynamoDB::GlobalTable': (names) => table(names),
  'AWS::SecretsManager::Secret': (names) => {
    // Six characters of its own end every secret's ARN. https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
    const name = given(names, 'Name') ?? generatedName(names, 512);
    const own = hash('sha256', name, 'hex').slice(0, 6);
    const secretArn = arn(names, 'secretsmanager', `secret:${name}-${own}`);
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

/** What CloudFormation would call a resource that has no name, only the same at every start. */
const generatedName = ({ stackName, logicalId }: Names, maxLength: number): string =>
  `${stackName}-${logicalId}`.slice(0, maxLength);

/** Ten characters, as API Gateway's ids have. */
const localId = (logicalId: string): string => hash('sha256', logicalId, 'hex').slice(0, 10);
