import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ConsumerProps } from '../../lib/consumer-props.ts';
import { GatepostStack, type GatepostStackProps } from '../../lib/gatepost-stack.ts';
import { byName, nameOf, type Properties, permissions } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const CONSUMERS = {
  crm: { events: ['company.*', 'contact.*'] },
  billing: {
    events: ['altoviz.invoice.*'],
    accounts: ['222233334444'],
    principals: ['arn:aws:iam::111122223333:role/billing'],
  },
  audit: { events: ['ivvy:contact.*', 'quote.*'], queues: 'per-entity' },
} as const satisfies Readonly<Record<string, ConsumerProps>>;

const template = synthesize({ consumers: CONSUMERS });
const queues = byName(template, 'AWS::SQS::Queue');

describe('a consumer', () => {
  test('has one queue, or one for each entity that its patterns fit, and one dead-letter queue', () => {
    const own = [...queues.keys()].filter((name) => /-(crm|billing|audit)[-_.]/.test(name)).sort();
    expect(own.filter((name) => !name.startsWith('gatepost-crm-'))).toEqual([
      'gatepost-audit-dlq.fifo',
      'gatepost-audit_contact.fifo',
      'gatepost-audit_quote.fifo',
      'gatepost-billing-dlq.fifo',
      'gatepost-billing.fifo',
      'gatepost-crm.fifo',
    ]);
    for (const name of ['gatepost-audit_contact.fifo', 'gatepost-audit_quote.fifo']) {
      const { RedrivePolicy } = queues.get(name);
      expect(nameOf(template, RedrivePolicy.deadLetterTargetArn)).toBe('gatepost-audit-dlq.fifo');
      expect(RedrivePolicy.maxReceiveCount).toBe(5);
    }
    // By queue, SQS allows ten sources of dead letters.
    expect(queues.get('gatepost-audit-dlq.fifo').RedriveAllowPolicy).toBeUndefined();
  });

  test('is sent to by fan-out, by the names of its queues', () => {
    const [sends = ''] = permissions(template, 'gatepost-fan-out').filter((text) =>
      text.startsWith('sqs:SendMessage'),
    );
    const named = sends.slice('sqs:SendMessage on '.length).split(', ');
    expect(named).toEqual(
      expect.arrayContaining(['gatepost-crm.fifo', 'gatepost-crm-dlq.fifo', 'gatepost-audit_quote.fifo']),
    );
    expect(named).not.toContain('gatepost-intake.fifo');
  });

  test('can be consumed by whom it names, who can read the data of its large events', () => {
    const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
    const [ofBilling] = policies.filter(
      ({ Properties }) => nameOf(template, Properties.Queues[0]) === 'gatepost-billing.fifo',
    );
    const statement = ofBilling?.Properties.PolicyDocument.Statement.find(
      ({ Sid }: Properties) => Sid === 'Consume',
    );
    expect(statement.Action).toEqual([
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
    ]);
    expect(JSON.stringify(statement.Principal)).toMatch(/111122223333:role\/billing.*222233334444:root/);

    const [bucket] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const reads = bucket?.Properties.PolicyDocument.Statement.find(
      ({ Sid }: Properties) => Sid === 'BillingReads',
    );
    expect(reads.Action).toBe('s3:GetObject');
    expect(JSON.stringify(reads.Resource)).toContain('/data/*/invoice/*');
    expect(JSON.stringify(reads.Resource)).not.toContain('/data/*/contact/*');
  });

  test('is told of the alarms of its own queues, beside those who are told of all', () => {
    const billing = { ...CONSUMERS.billing, alarmEmail: ['billing@example.com', 'books@example.com'] };
    const told = synthesize({ consumers: { ...CONSUMERS, billing }, alarmEmail: 'oncall@example.com' });
    const [topicId = ''] =
      Object.entries(told.findResources('AWS::SNS::Topic')).find(
        ([, { Properties }]) => Properties.TopicName === 'gatepost-billing-alarms',
      ) ?? [];
    const addresses = Object.values(told.findResources('AWS::SNS::Subscription'))
      .filter(({ Properties }) => Properties.TopicArn.Ref === topicId)
      .map(({ Properties }) => Properties.Endpoint);
    expect(addresses.sort()).toEqual(billing.alarmEmail);
    const alarms = [...byName(told, 'AWS::CloudWatch::Alarm')];
    const ofBilling = alarms.filter(([, { AlarmActions }]) =>
      AlarmActions.some((action: Properties) => action.Ref === topicId),
    );
    expect(ofBilling.map(([name]) => name).sort()).toEqual([
      'gatepost-queue-age-billing-ticket',
      'gatepost-queue-dlq-billing-ticket',
    ]);
    for (const [, { AlarmActions, OKActions }] of ofBilling)
      expect([AlarmActions.length, OKActions.length]).toEqual([2, 2]);
    // No other alarm watches them too: each metric of an alarm is paid for.
    const others = JSON.stringify(alarms.filter(([name]) => !name.includes('billing')));
    expect(others).not.toMatch(/ConsumersBilling/);
    const [policy] = Object.values(told.findResources('AWS::SNS::TopicPolicy')).filter(
      ({ Properties }) => Properties.Topics[0].Ref === topicId,
    );
    expect(JSON.stringify(policy?.Properties.PolicyDocument)).toContain(':alarm:gatepost-queue-*-billing-*');
  });

  test('can be granted to a role in code', () => {
    const stack = new GatepostStack(createApp(), 'Stack', {
      sources: { altoviz: SHIPPED.altoviz },
      consumers: { billing: { events: ['invoice.*'] } },
    });
    const role = new Role(stack, 'Service', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    stack.gatepost.consumer('billing').grantConsume(role);
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies).toContain('sqs:ReceiveMessage');
    expect(policies).toContain('/data/*/invoice/*');
    expect(() => stack.gatepost.consumer('biling')).toThrow(
      'There is no consumer "biling"; there are billing',
    );
  });
});

test('a consumer gives its queue, or that of an entity', () => {
  const { gatepost } = new GatepostStack(createApp(), 'Stack', { sources: SHIPPED, consumers: CONSUMERS });
  const [crm, audit] = [gatepost.consumer('crm'), gatepost.consumer('audit')];
  expect(crm.queue()).toBe(crm.queues.get('crm'));
  expect(audit.queue('quote')).toBe(audit.queues.get('audit_quote'));
  expect(() => crm.queue('contact')).toThrow('has one queue for all entities; leave "contact" out');
  expect(() => audit.queue()).toThrow('has no queue for all entities; there are those of contact, quote');
  expect(() => audit.queue('invoice')).toThrow('has no queue for "invoice"; there are those of');
});

test('entityQueues: false leaves the queues of the entities out, and unrecognized.fifo stays', () => {
  const without = byName(synthesize({ consumers: CONSUMERS, entityQueues: false }), 'AWS::SQS::Queue');
  expect([...without.keys()].filter((name) => name === 'gatepost-contact.fifo')).toEqual([]);
  expect([...without.keys()]).toEqual(
    expect.arrayContaining(['gatepost-unrecognized.fifo', 'gatepost-entities-dlq.fifo', 'gatepost-crm.fifo']),
  );
});

test('a consumer that comes or goes changes its own resources, the routing of fan-out, and what watches the queues', () => {
  const resourcesOf = (consumers: GatepostStackProps['consumers']) =>
    synthesize({ ...(consumers !== undefined && { consumers }) }).toJSON().Resources as Properties;
  const { crm, billing } = CONSUMERS;
  const before = resourcesOf({ crm });
  const after = resourcesOf({ crm, billing });
  const added = Object.keys(after).filter((id) => !(id in before));
  expect(added.filter((id) => !/^Gatepost(?:ConsumersBilling|WatchAlarmsQueueDlqBilling)/.test(id))).toEqual(
    [],
  );
  expect(Object.keys(before).filter((id) => !(id in after))).toEqual([]);
  const changed = Object.keys(before).filter(
    (id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]),
  );
  const types = changed.map((id) => before[id].Type);
  expect(changed.filter((id) => /^GatepostIntakeFanOut/.test(id)).length).toBeGreaterThan(0);
  expect(
    types.filter(
      (type) =>
        !/^AWS::(CloudWatch::(Alarm|CompositeAlarm|Dashboard)|Lambda::Function|IAM::Role|S3::BucketPolicy)$/.test(
          type,
        ),
    ),
  ).toEqual([]);
});

test('fifty consumers with a hundred patterns each fit', () => {
  const patterns = Array.from({ length: 10 }, (_, shop) =>
    [
      'contact.*',
      'contact.created',
      'invoice.*',
      'invoice.created',
      'quote.*',
      'quote.created',
      '*.created',
      '*.updated',
      '*.deleted',
      '*.*',
    ].map((end) => `shop-${shop}:${end}`),
  ).flat();
  const sources = Object.fromEntries(
    Array.from({ length: 10 }, (_, shop) => [`shop-${shop}`, { provider: 'altoviz' } as const]),
  );
  const consumers = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`service-number-${index}`, { events: patterns }]),
  );
  const alarms = { thresholds: OFF };
  const large = synthesize({ prefix: 'p'.repeat(24), sources, consumers, alarms, console: false });
  const managed = Object.values(large.findResources('AWS::IAM::ManagedPolicy'));
  expect(managed.length).toBeGreaterThan(0);
  const resources = managed.flatMap(({ Properties }) => Properties.PolicyDocument.Statement[0].Resource);
  expect(resources.length).toBe(100 + byEntities(large));
  for (const { Properties } of managed) {
    const arns = Properties.PolicyDocument.Statement[0].Resource.map(
      (arn: unknown) => `"arn:aws:sqs:ap-southeast-2:111122223333:${nameOf(large, arn)}",`,
    );
    expect(arns.join('').length).toBeLessThan(6_000);
  }
});

const OFF = Object.fromEntries(
  ['ingest-errors', 'ingest-throttles', 'ingest-slow', 'rejections', 'secret-missing', 'unsubscribed'].map(
    (kind) => [kind, { page: false, ticket: false }],
  ),
);

const byEntities = (of: Template): number =>
  [...byName(of, 'AWS::SQS::Queue').keys()].filter(
    (name) => !/service-number|-dlq|intake|rejected/.test(name),
  ).length;

describe('a mistaken consumer fails synthesis with a sentence that says what would be right', () => {
  const billing = { events: ['invoice.*'] };
  test.each<readonly [string, unknown, string]>([
    ['no object', { crm: 'company.*' }, 'consumers.crm is "company.*"; it must be an object, such as'],
    [
      'an unknown prop',
      { crm: { event: ['*'] } },
      'consumers.crm.event: there is no such setting; there are events',
    ],
    ['a name in capitals', { Crm: billing }, 'Consumer "Crm": its name must be lower-case words'],
    [
      'the name of an entity',
      { contact: billing },
      'Consumer "contact": the queue of the entity "contact" has that name',
    ],
    ['the name of intake', { intake: billing }, "conflicts with that of one of Gatepost's own queues"],
    ['the name of unrecognized', { unrecognized: billing }, "one of Gatepost's own queues"],
    ['the name of a dead-letter queue', { 'crm-dlq': billing }, "one of Gatepost's own queues"],
    [
      'two that are one in the stack',
      { 'crm-1': billing, crm1: billing },
      'More than one consumer would have the id Crm1',
    ],
    ['no events', { crm: {} }, 'Consumer "crm": events is undefined; it must be a list of patterns'],
    ['an empty list', { crm: { events: [] } }, 'Consumer "crm": events is []; it must be a list of patterns'],
    [
      'what is no pattern',
      { crm: { events: ['Company'] } },
      'Consumer "crm": events has "Company"; a pattern is',
    ],
    [
      'the same twice',
      { crm: { events: ['*', '*.*'] } },
      'has "*" and "*.*", which mean the same; leave one of them out',
    ],
    [
      'a misspelt entity',
      { crm: { events: ['compny.*'] } },
      'has "compny.*", which fits no event of the configured sources; did you mean "company.*"?',
    ],
    [
      'a misspelt action',
      { crm: { events: ['altoviz.invoice.deletd'] } },
      'did you mean "altoviz.invoice.deleted"?',
    ],
    [
      'an unknown source',
      { crm: { events: ['paris:contact.*'] } },
      'which fits no event of the configured sources',
    ],
    [
      'unrecognized',
      { crm: { events: ['unrecognized.*'] } },
      'which fits no event of the configured sources; the entities are',
    ],
    [
      'other queues',
      { crm: { events: ['*'], queues: 'two' } },
      'queues is "two"; it must be "one" or "per-entity"',
    ],
    [
      'no account',
      { crm: { events: ['*'], accounts: ['1234'] } },
      'accounts has "1234"; an account id is a string of twelve digits',
    ],
    [
      'no list of accounts',
      { crm: { events: ['*'], accounts: '222233334444' } },
      'accounts is "222233334444"; it must be a list',
    ],
    [
      'no principal',
      { crm: { events: ['*'], principals: ['billing'] } },
      'principals has "billing"; it must be the ARN of a role or a user',
    ],
    [
      'no address',
      { crm: { events: ['*'], alarmEmail: 'me' } },
      'consumers.crm.alarmEmail is "me"; it must be an e-mail address',
    ],
    [
      'a visibility',
      { crm: { events: ['*'], maxReceiveCount: 0 } },
      'consumers.crm.maxReceiveCount is 0; it must be a whole number',
    ],
  ])('%s', (_, consumers, sentence) => {
    expect(() => synthesize({ consumers: consumers as GatepostStackProps['consumers'] })).toThrow(sentence);
  });

  test('one for each entity of a consumer whose name begins that of an entity', () => {
    const consumers = { crm: { events: ['ivvy:*'], queues: 'per-entity' } } as const;
    const outputs = Object.keys(synthesize({ consumers }).findOutputs('*'));
    expect(outputs).toEqual(expect.arrayContaining(['CrmTaskQueueUrl', 'CrmOfCrmTaskQueueUrl']));
  });

  test('no queue for any event', () => {
    expect(() => synthesize({ entityQueues: false })).toThrow(
      'entityQueues is false and there are no consumers',
    );
  });

  test('a queue with a name that is too long', () => {
    const consumers = { ['c'.repeat(32)]: { events: ['*'], queues: 'per-entity' } } as const;
    expect(() => synthesize({ prefix: 'p'.repeat(24), consumers })).toThrow(
      'and SQS allows 80; give the consumer',
    );
  });
});
