import { expect, test } from '@jest/globals';
import { placeStack } from '../../../local/assembly/stack.ts';
import type { TemplateResource } from '../../../local/assembly/template.ts';
import { refusalOf } from '../../../local/iam/refusal.ts';
import { readStackPolicies } from '../../../local/iam/stack-policies.ts';

const att = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const document = (Action: string, Resource: unknown, more = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});

const RESOURCES = {
  Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
  Outbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'outbox' } },
  Post: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'post', Role: att('Role') } },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'postman',
      Policies: [{ PolicyName: 'Only', PolicyDocument: document('sqs:SendMessage', att('Inbox')) }],
    },
  },
} as const satisfies Record<string, TemplateResource>;

/** What the function `post` gets refused, of sending to a queue. */
const refusal = (resources: Readonly<Record<string, TemplateResource>>, queue = 'inbox') => {
  const stack = placeStack(
    { stackName: 'Test', template: { Resources: resources }, assetDirectory: (key) => key },
    {
      region: 'us-east-1',
      accountId: '000000000000',
      queueUrl: (name) => `http://127.0.0.1:1/000000000000/${name}`,
      apiEndpoint: 'http://127.0.0.1:2',
    },
  );
  const policies = readStackPolicies(stack);
  const principal = policies.principals.get('post');
  if (principal === undefined) throw new Error('nobody has the credentials of post');
  const resource = `arn:aws:sqs:us-east-1:000000000000:${queue}`;
  return refusalOf(principal, [{ action: 'sqs:SendMessage', resource }], policies);
};

test('a function may do what its role says, and nothing else', () => {
  expect(refusal(RESOURCES)).toBeUndefined();
  expect(refusal(RESOURCES, 'outbox')).toMatchObject({
    principal: { userArn: 'arn:aws:sts::000000000000:assumed-role/postman/post' },
    action: 'sqs:SendMessage',
    resource: 'arn:aws:sqs:us-east-1:000000000000:outbox',
    denial: 'nothing-allows',
  });
});

test.each<[string, TemplateResource]>([
  [
    'a policy that is attached to its role',
    {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'More',
        PolicyDocument: document('sqs:*', att('Outbox')),
        Roles: [{ Ref: 'Role' }],
      },
    },
  ],
  [
    'a policy of its role, written apart',
    {
      Type: 'AWS::IAM::RolePolicy',
      Properties: {
        PolicyName: 'More',
        PolicyDocument: document('sqs:*', att('Outbox')),
        RoleName: { Ref: 'Role' },
      },
    },
  ],
  [
    "the queue's policy",
    {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        PolicyDocument: document('sqs:SendMessage', '*', { Principal: { AWS: att('Role') } }),
        Queues: [{ Ref: 'Outbox' }],
      },
    },
  ],
])('%s counts as well', (_, policy) => {
  expect(refusal({ ...RESOURCES, Policy: policy }, 'outbox')).toBeUndefined();
});

test("another role's policy counts for nothing", () => {
  const policy = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'More', PolicyDocument: document('*', '*'), Roles: ['another'] },
  };
  expect(refusal({ ...RESOURCES, Policy: policy }, 'outbox')).toMatchObject({ denial: 'nothing-allows' });
});

const role = (properties: object): Record<string, TemplateResource> => ({
  ...RESOURCES,
  Role: { ...RESOURCES.Role, Properties: { ...RESOURCES.Role.Properties, ...properties } },
});

test('a managed policy that is only about logs is known', () => {
  const arn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  expect(refusal(role({ ManagedPolicyArns: [arn] }))).toBeUndefined();
});

test.each([
  [
    'a managed policy',
    role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'] }),
    'Role: the policy arn:aws:iam::aws:policy/AmazonSQSFullAccess is not in the template',
  ],
  [
    'a boundary',
    role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/x' }),
    'Role: the local stack does not support permissions boundaries',
  ],
  [
    'a role of somewhere else',
    {
      ...RESOURCES,
      Post: { ...RESOURCES.Post, Properties: { FunctionName: 'post', Role: 'arn:aws:iam::1:role/other' } },
    },
    'Post: its role is not in the template, so its permissions are unknown',
  ],
])('%s is not guessed at', (_, resources, message) => {
  expect(() => refusal(resources)).toThrow(message);
});
