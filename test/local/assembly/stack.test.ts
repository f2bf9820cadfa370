// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub names what goes in
import { describe, expect, test } from '@jest/globals';
import { entityQueues } from '../../../local/assembly/entity-queues.ts';
import { unknownTypes } from '../../../local/assembly/resource-types.ts';
import { placeStack } from '../../../local/assembly/stack.ts';
import type { Template, TemplateResource } from '../../../local/assembly/template.ts';

const place = {
  region: 'us-east-1',
  accountId: '000000000000',
  queueUrl: (name: string) => `http://sqs/${name}`,
  apiEndpoint: 'http://gateway',
};

const stackOf = (Resources: Template['Resources'], rest: Partial<Template> = {}) =>
  placeStack(
    { stackName: 'Stack', template: { ...rest, Resources }, assetDirectory: (key) => `/assets/${key}` },
    place,
  );

const queue = (QueueName: string, more: TemplateResource['Properties'] = {}): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, FifoQueue: true, ...more },
});

describe('references', () => {
  test('a resource is referred to before and after it, in any order', () => {
    const stack = stackOf({
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'fan-out',
          Environment: {
            Variables: { URL: { Ref: 'Queue' }, TABLE: { Ref: 'Table' }, SECRET: { Ref: 'Secret' } },
          },
          Description: { 'Fn::Sub': 'of ${AWS::StackName} in ${AWS::Region} at ${Api.ApiEndpoint}' },
        },
      },
      Queue: queue('intake.fifo'),
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'log' } },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'gatepost/altoviz' } },
      Api: { Type: 'AWS::ApiGatewayV2::Api' },
    });
    const [fn] = stack.resources('AWS::Lambda::Function');
    expect(fn).toMatchObject({
      ref: 'fan-out',
      properties: {
        Environment: {
          Variables: {
            URL: 'http://sqs/intake.fifo',
            TABLE: 'log',
            SECRET: expect.stringMatching(
              /^arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost\/altoviz-\w{6}$/,
            ),
          },
        },
        Description: 'of Stack in us-east-1 at http://gateway',
      },
    });
  });

  test('a resource without a name gets one, which stays the same', () => {
    const resources = { Q: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } };
    expect(stackOf(resources).resources('AWS::SQS::Queue')[0]?.ref).toBe('http://sqs/Stack-Q.fifo');
  });

  test('a resource whose condition is false is not there', () => {
    const Conditions = { Never: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'mars-1'] } };
    const resources = { A: { ...queue('a.fifo'), Condition: 'Never' }, B: queue('b.fifo') };
    const names = stackOf(resources, { Conditions }).resources('AWS::SQS::Queue');
    expect(names.map(({ logicalId }) => logicalId)).toEqual(['B']);
  });

  test.each([
    [
      'an alarm',
      { Ref: 'Alarm' },
      /^Alarm is referred to, but the local stack has no AWS::CloudWatch::Alarm$/,
    ],
    ['nothing', { Ref: 'Nothing' }, /^The template has no resource Nothing$/],
    ['an attribute that it lacks', { 'Fn::GetAtt': ['Q', 'Colour'] }, /^Q has no attribute Colour/],
    ['itself, in its name', { 'Fn::GetAtt': ['Self', 'Arn'] }, /^Self refers to itself$/],
  ])('one to %s is refused in a sentence', (_, QueueName, message) => {
    const stack = stackOf({
      Self: { Type: 'AWS::SQS::Queue', Properties: { QueueName } },
      Q: queue('q.fifo'),
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
    });
    expect(() => stack.resources('AWS::SQS::Queue')).toThrow(message);
  });
});

test('the outputs are resolved, without those that name what the local stack has not', () => {
  const stack = stackOf(
    { Inbox: queue('inbox.fifo'), Dashboard: { Type: 'AWS::CloudWatch::Dashboard' } },
    {
      Outputs: {
        InboxUrl: { Value: { Ref: 'Inbox' } },
        Account: { Value: { 'Fn::Join': ['-', ['in', { Ref: 'AWS::AccountId' }]] } },
        Dashboard: { Value: { Ref: 'Dashboard' } },
      },
    },
  );
  expect(stack.outputs).toEqual({ InboxUrl: 'http://sqs/inbox.fifo', Account: 'in-000000000000' });
});

test('the queues of consumers are all but the one that fan-out polls and the dead-letter queues', () => {
  const redrive = (dlq: string) => ({
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [dlq, 'Arn'] }, maxReceiveCount: 3 },
  });
  const stack = stackOf({
    Intake: queue('acme-gate-intake.fifo', redrive('Dlq')),
    Dlq: queue('acme-gate-intake-dlq.fifo'),
    Contact: queue('acme-gate-contact.fifo', redrive('ContactDlq')),
    ContactDlq: queue('acme-gate-contact-dlq.fifo'),
    Note: queue('acme-gate-contact-note.fifo', redrive('ContactDlq')),
    Standard: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'acme-gate-other' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': ['Intake', 'Arn'] } },
    },
  });
  expect(entityQueues(stack)).toEqual({
    contact: 'http://sqs/acme-gate-contact.fifo',
    'contact-note': 'http://sqs/acme-gate-contact-note.fifo',
  });
});

test('a type that the local stack neither runs nor leaves out knowingly is named', () => {
  const types = [
    'AWS::SQS::Queue',
    'AWS::IAM::Role',
    'AWS::CloudWatch::Alarm',
    'AWS::StepFunctions::StateMachine',
  ];
  expect(unknownTypes(types)).toEqual(['AWS::StepFunctions::StateMachine']);
});
