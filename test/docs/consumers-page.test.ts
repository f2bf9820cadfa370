import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { SQSRecord } from 'aws-lambda';
import { exampleEvent } from '../../docs/example-event.ts';
import { handler } from '../../docs/examples/billing.ts';
import { BusStack } from '../../docs/examples/pipe-to-event-bus.ts';
import { PushStack } from '../../docs/examples/pipe-to-http.ts';
import { ShopStack } from '../../docs/examples/shop-stack.ts';
import { PAGES_WITH_EXAMPLES, withExamples } from '../../docs/examples-in-pages.ts';
import { CONSUMER_PROPS } from '../../lib/consumer-props.ts';
import { byName, nameOf, type Properties } from '../lib/read-template.ts';
import { createApp, synthesize } from '../lib/synthesize.ts';

const read = (page: string): string => readFileSync(join('docs', page), 'utf8');
const page = read('consumers.md');

describe.each(PAGES_WITH_EXAMPLES)('docs/%s', (name) => {
  test('has its examples as they are in their files', () => {
    expect(withExamples(read(name))).toBe(read(name));
    expect(read(name)).not.toMatch(/```ts\n```/);
  });

  test('links to files and headings that are there', () => {
    const links = [...read(name).matchAll(/\]\((?!https:)([^)#]*)#?([^)]*)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [link, file = '', anchor = ''] of links) {
      const path = join('docs', file || name);
      expect([link, existsSync(path)]).toEqual([link, true]);
      if (anchor === '') continue;
      const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect([link, headings]).toEqual([link, expect.arrayContaining([anchor])]);
    }
  });
});

test.each(Object.keys(CONSUMER_PROPS))('the page explains the setting %s', (setting) => {
  expect(page).toMatch(new RegExp(`^\\| \`${setting}\` +\\|`, 'm'));
});

describe('the policy for another account', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const [consume, readData] = JSON.parse(json).Statement;
  const template = synthesize({
    env: { account: '111122223333', region: 'eu-central-1' },
    consumers: { billing: { events: ['altoviz.invoice.*'], accounts: ['222233334444'] } },
  });

  test('has what the policy of the queue allows', () => {
    const [ours] = Object.values(template.findResources('AWS::SQS::QueuePolicy')).filter(
      ({ Properties }) => nameOf(template, Properties.Queues[0]) === 'gatepost-billing.fifo',
    );
    const statement = ours?.Properties.PolicyDocument.Statement.find(
      ({ Sid }: Properties) => Sid === 'Consume',
    );
    expect(JSON.stringify(statement.Principal)).toContain('222233334444');
    expect([...consume.Action].sort()).toEqual([...statement.Action].sort());
    expect(consume.Effect).toBe('Allow');
    const name = nameOf(template, statement.Resource);
    expect(consume.Resource).toBe(`arn:aws:sqs:eu-central-1:111122223333:${name}`);
  });

  test('has what the policy of the bucket allows', () => {
    const [ours] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const statement = ours?.Properties.PolicyDocument.Statement.find(
      ({ Sid }: Properties) => Sid === 'BillingReads',
    );
    const [bucket] = byName(template, 'AWS::S3::Bucket').keys();
    expect(readData.Action).toBe(statement.Action);
    const [, path] = statement.Resource['Fn::Join'][1];
    expect(readData.Resource).toBe(`arn:aws:s3:::${bucket}${path}`);
  });

  test('goes with a URL that has the id of the owner', () => {
    expect(page).toContain('/111122223333/gatepost-billing.fifo`');
  });
});

describe('the stacks of the examples', () => {
  const templateOf = (Example: new (...args: ConstructorParameters<typeof ShopStack>) => Stack): Template =>
    Template.fromStack(new Example(createApp(), 'Example'));

  test('that of a function reads the queue of its consumer, and lets SQS wait for it', () => {
    const template = templateOf(ShopStack);
    const [mapping] = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => nameOf(template, Properties.EventSourceArn) === 'shop-billing.fifo',
    );
    expect(mapping?.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    const queue = byName(template, 'AWS::SQS::Queue').get('shop-billing.fifo');
    const fn = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) =>
      id.startsWith('Billing'),
    );
    expect(queue.VisibilityTimeout).toBe(6 * fn?.[1].Properties.Timeout);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('/data/*/invoice/*');
  });

  const pipeOf = (template: Template): Properties => {
    const [pipe] = Object.values(template.findResources('AWS::Pipes::Pipe'));
    return pipe?.Properties;
  };

  /** What the role of a pipe may do. */
  const actionsOf = (template: Template): readonly string[] =>
    Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('PipeRole'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }: Properties) => Action)
      .sort();

  const RECEIVE = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
  ];

  test('that to HTTP sends one event at a time, as it is', () => {
    const template = templateOf(PushStack);
    const pipe = pipeOf(template);
    expect(nameOf(template, pipe.Source)).toBe('push-erp.fifo');
    expect(pipe.SourceParameters).toEqual({ SqsQueueParameters: { BatchSize: 1 } });
    expect(pipe.TargetParameters).toEqual({ InputTemplate: '<$.body>' });
    expect(actionsOf(template)).toEqual(['events:InvokeApiDestination', ...RECEIVE]);
    expect(byName(template, 'AWS::SQS::Queue').get('push-erp.fifo')).toMatchObject({
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 20 },
    });
  });

  test('that to an event bus has the type of the event for rules', () => {
    const template = templateOf(BusStack);
    const pipe = pipeOf(template);
    expect(nameOf(template, pipe.Source)).toBe('bus-bus.fifo');
    expect(pipe.TargetParameters).toEqual({
      EventBridgeEventBusParameters: { Source: 'gatepost', DetailType: '$.body.type' },
      InputTemplate: '<$.body>',
    });
    expect(actionsOf(template)).toEqual(['events:PutEvents', ...RECEIVE]);
  });
});

test('the function of the example fails what comes after a failure in the same group, and nothing else', async () => {
  const record = (messageId: string, group: string, body = JSON.stringify(exampleEvent())): SQSRecord =>
    ({ messageId, body, attributes: { MessageGroupId: group } }) as unknown as SQSRecord;
  const error = console.error;
  console.error = () => undefined;
  const result = await handler(
    { Records: [record('1', 'a'), record('2', 'b', 'no event'), record('3', 'b'), record('4', 'a')] },
    {} as never,
    () => undefined,
  );
  console.error = error;
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '3' }] });
});

test('the pages are linked from the overviews', () => {
  for (const overview of ['README.md', 'docs/README.md'])
    expect(readFileSync(overview, 'utf8')).toContain('consumers.md');
});
