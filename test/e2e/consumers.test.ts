import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { evaluate } from '../../local/iam/evaluate.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { commandOn } from './support/command.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// Consumers with queues of their own: who gets what, what becomes of one that fails, and how one gets the past.

const gate = gateUnderTest();
const { gatepost, asJson } = commandOn(gate);

afterEach(() => gate().aws.pass());

const deliver = async (event: string) => {
  expect(await gate().deliver('altoviz', event)).toMatchObject({ status: 200 });
};

const idsIn = async (queue: string, count: number): Promise<readonly string[]> =>
  (await gate().take(queue, count)).map(({ event }) => event.id);

const QUEUES = [
  'crm',
  'billing',
  'audit_contact',
  'audit_invoice',
  'contact',
  'invoice',
  'customer',
  'audit_customer',
];

const empty = async () => {
  await gate().settled();
  for (const queue of QUEUES) {
    const waiting = await gate().depth(`gatepost-${queue}.fifo`);
    if (waiting > 0) await gate().take(queue, waiting);
  }
};

describe('three consumers', () => {
  test('each gets the events that it chooses, once, in its own queues; and so does the queue of the entity', async () => {
    await deliver('ContactCreated');
    await deliver('ContactUpdated');
    await deliver('InvoiceCreated');
    const contacts = await idsIn('contact', 2);
    expect(await idsIn('crm', 2)).toEqual(contacts);
    expect(await idsIn('audit_contact', 2)).toEqual(contacts);
    const [invoice] = await idsIn('invoice', 1);
    expect([...(await idsIn('billing', 2))].sort()).toEqual([contacts[0], invoice].sort());
    expect(await idsIn('audit_invoice', 1)).toEqual([invoice]);
    await gate().settled();
    for (const queue of QUEUES)
      expect([queue, await gate().depth(`gatepost-${queue}.fifo`)]).toEqual([queue, 0]);
  });

  test('the others get no copy while one of them is away', async () => {
    await gate().setVisibility('gatepost-intake.fifo', 1);
    let refused = 0;
    gate().aws.decide(({ action, body }) => {
      const isCrm = action === 'SendMessageBatch' && body.includes('/gatepost-crm.fifo"');
      return isCrm && ++refused <= 3 ? 503 : 'pass';
    });
    await deliver('ContactCreated');
    const [id = ''] = await idsIn('crm', 1);
    expect(refused).toBeGreaterThan(3);
    await gate().settled();
    const sends = gate().aws.calls.filter(
      ({ action, body }) =>
        action === 'SendMessageBatch' && body.includes('/gatepost-contact.fifo"') && body.includes(id),
    );
    expect(sends).toHaveLength(1);
    const item = (await gate().everything()).find(({ key }) => key?.S === id);
    expect([...(item?.sentTo?.SS ?? [])].sort()).toEqual(['audit_contact', 'billing', 'contact']);
    await empty();
  });

  test('a queue that refuses for good has it in its dead letters, the others go on, and redrive brings it back', async () => {
    let isGone = true;
    gate().aws.decide(({ action, body }) =>
      isGone && action === 'SendMessageBatch' && body.includes('/gatepost-crm.fifo"')
        ? { status: 400, error: 'com.amazonaws.sqs#QueueDoesNotExist' }
        : 'pass',
    );
    await deliver('ContactCreated');
    const [id = ''] = await idsIn('contact', 1);
    await gate().until(
      'its dead letters have it',
      async () => (await gate().depth('gatepost-crm-dlq.fifo')) === 1,
    );
    expect(await gate().depth('gatepost-crm.fifo')).toBe(0);
    const { out } = await gatepost(`event ${id}`);
    expect(out).toContain('gatepost-contact.fifo');
    expect(out).toContain('gatepost-crm-dlq.fifo');

    isGone = false;
    const { queues } = await asJson<{ queues: readonly unknown[] }>('redrive crm --yes');
    expect(queues).toEqual([
      { from: 'gatepost-crm-dlq.fifo', waiting: 1, hidden: 0, moved: { 'gatepost-crm.fifo': 1 } },
    ]);
    expect(await idsIn('crm', 1)).toEqual([id]);
    await empty();
  });
});

test('what a consumer gives up on goes back to the queue that it came from, of one dead-letter queue for several', async () => {
  await deliver('ContactCreated');
  await deliver('InvoiceCreated');
  await gate().settled();
  const giveUp = async (queue: string) => {
    const QueueUrl = gate().localStack.queues[queue];
    for (let times = 0; times < 6; times++) {
      await gate().sqs.send(
        new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 1 }),
      );
    }
  };
  await giveUp('audit_contact');
  await giveUp('audit_invoice');
  expect(await gate().depth('gatepost-audit-dlq.fifo')).toBe(2);
  const { out } = await gatepost('queues');
  expect(out).toMatch(/gatepost-audit-dlq\.fifo +audit +– +2/);
  expect(out).toMatch(
    /gatepost-billing\.fifo +billing +altoviz:invoice\.created, altoviz:contact\.created +2/,
  );
  const redriven = await gatepost('redrive audit --yes');
  expect(redriven.out).toContain('1 moved from gatepost-audit-dlq.fifo to gatepost-audit_contact.fifo');
  expect(redriven.out).toContain('1 moved from gatepost-audit-dlq.fifo to gatepost-audit_invoice.fifo');
  expect(await gate().depth('gatepost-audit_contact.fifo')).toBe(1);
  expect(await gate().depth('gatepost-audit_invoice.fifo')).toBe(1);
  await empty();
});

test('one consumer gets the past again, and the others nothing', async () => {
  await deliver('CustomerCreated');
  const [customer] = await gate().take('crm', 1);
  await empty();
  const plan = await gatepost('replay --consumer crm --entity customer --since 10m --yes');
  expect(plan.out).toContain('gatepost-crm.fifo');
  const again = await gate().take('crm', 1);
  expect(again[0]?.event).toMatchObject({
    replayof: customer?.event.id,
    entity: 'customer',
  } satisfies Partial<GatepostEvent>);
  await gate().settled();
  for (const queue of ['customer', 'audit_customer', 'billing'])
    expect(await gate().depth(`gatepost-${queue}.fifo`)).toBe(0);

  const none = await gatepost('replay --consumer billing --entity customer --since 10m --yes');
  expect([none.exitCode, none.err]).toEqual([4, expect.stringContaining('None of the')]);
  const unknown = await gatepost('replay --consumer biling --since 10m --yes');
  expect(unknown.err).toContain('did you mean "billing"?');
});

test('the AsyncAPI document has the queues of the deployment, with their settings', async () => {
  type Channel = {
    readonly address: string;
    readonly messages: object;
    readonly bindings: { readonly sqs: object };
  };
  const { channels, servers } = await asJson<{
    readonly channels: Readonly<Record<string, Channel>>;
    readonly servers: { readonly sqs: { readonly host: string; readonly pathname: string } };
  }>('asyncapi');
  const { host, pathname } = servers.sqs;
  const received = Object.entries(gate().localStack.queues);
  for (const [name, { address }] of Object.entries(channels)) {
    expect(received).toContainEqual([name, `http://${host}${pathname}/${address}`]);
  }
  expect(Object.keys(channels)).toEqual(expect.arrayContaining([...QUEUES, 'unrecognized']));
  expect(Object.keys(channels.billing?.messages ?? {})).toEqual([
    'altoviz.contact.created',
    'altoviz.invoice.created',
  ]);
  expect(channels.audit_contact?.bindings.sqs).toMatchObject({
    queue: { visibilityTimeout: 30, redrivePolicy: { maxReceiveCount: 5 } },
    deadLetterQueue: { name: 'gatepost-audit-dlq.fifo' },
  });
});

test('an account that is named may receive and delete, and nothing else', async () => {
  const { template } = await readAssembly(process.env.GATEPOST_TEST_ASSEMBLY ?? '');
  const [queueId = ''] =
    Object.entries(template.Resources).find(
      ([, { Properties }]) => Properties?.QueueName === 'gatepost-billing.fifo',
    ) ?? [];
  const [, policy] =
    Object.entries(template.Resources).find(
      ([, { Type, Properties }]) =>
        Type === 'AWS::SQS::QueuePolicy' &&
        JSON.stringify(Properties?.Queues) === JSON.stringify([{ Ref: queueId }]),
    ) ?? [];
  const arn = 'arn:aws:sqs:us-east-1:000000000000:gatepost-billing.fifo';
  const document = JSON.parse(
    JSON.stringify(policy?.Properties?.PolicyDocument)
      .replaceAll(`{"Fn::GetAtt":["${queueId}","Arn"]}`, `"${arn}"`)
      .replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]+)"\]\]\}/, '"arn:aws$1"'),
  );
  const statements = readPolicy(document, 'BillingPolicy');
  const of = (account: string) => ({
    functionName: 'billing',
    roleArn: `arn:aws:iam::${account}:root`,
    userArn: `arn:aws:sts::${account}:assumed-role/billing/billing`,
    accountId: account,
    statements: [],
  });
  const ask = (account: string, action: string) =>
    evaluate({ action, resource: arn }, of(account), statements, { 'aws:SecureTransport': 'true' } as never);
  expect(ask('222233334444', 'sqs:ReceiveMessage')).toBeUndefined();
  expect(ask('222233334444', 'sqs:DeleteMessage')).toBeUndefined();
  expect(ask('222233334444', 'sqs:SendMessage')).toBe('nothing-allows');
  expect(ask('333344445555', 'sqs:ReceiveMessage')).toBe('nothing-allows');
});
