import { createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readDeliveryDetails } from '../../../lambdas/console/delivery-details.ts';
import { withoutKeys } from '../../../lambdas/console/without-keys.ts';
import type { RejectedRequest } from '../../../lambdas/core/rejected-request.ts';
import type { Source } from '../../../lambdas/core/source.ts';
import { keepRejected } from '../../../lambdas/event-log/keep-rejected.ts';
import { openSource } from '../../../lambdas/rejected/gates.ts';
import type { RetryTools } from '../../../lambdas/rejected/retry.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { objectsInMemory } from '../support/objects.ts';
import { aRejected } from '../support/rejected.ts';

const SECRET = 'the secret of today';
const NOW = Date.parse('2024-03-12T00:00:00.000Z');

const SOURCES: readonly Source[] = [
  { name: 'billing', provider: 'altoviz', settings: {} },
  {
    name: 'shop',
    provider: 'hmac',
    settings: {
      name: 'shop',
      signature: 'body:proof',
      signedContent: '{body:id}',
      unsignedBody: true,
      eventName: 'body:type',
      catalogue: { 'thing.made': 'thing.created' },
    },
  },
];

let table: EventLogTable;
let tools: RetryTools;
const objects = objectsInMemory();
beforeAll(async () => {
  table = await startEventLogTable();
  tools = {
    log: { dynamo: new DynamoDBClient(), table: table.name },
    objects,
    open: (name) => {
      const source = SOURCES.find((one) => one.name === name);
      return source && openSource(source, async () => ({ current: SECRET, rotatedAt: new Date(NOW) }));
    },
    store: async () => undefined,
    now: () => NOW,
    hasTime: () => true,
  };
});
afterAll(async () => {
  tools.log.dynamo.destroy();
  await table.stop();
});

const BODY = JSON.stringify({
  id: 'a',
  type: 'QuoteCreated',
  UnsubscribeURL: 'https://sns/?end',
  proof: 'p',
});
const SIGNATURE = createHmac('sha256', 'another secret').update(BODY).digest('hex');

const open = async (over: Partial<RejectedRequest> = {}, payloads = true, body = BODY) => {
  const rejected = aRejected(
    {
      receivedAt: '2024-03-11T00:00:00.000Z',
      headers: {
        'content-type': 'application/json',
        'x-signature': SIGNATURE,
        'x-token': 'hash',
        'x-other': 'anything',
      },
      hashed: ['header:x-token'],
      ...over,
    },
    body,
  );
  await keepRejected({ ...tools.log, objects }, rejected, NOW);
  return await readDeliveryDetails(tools, rejected.id, payloads);
};

describe('a rejected delivery in the console', () => {
  test('has its trace, and only headers that hold no signature', async () => {
    const details = await open();
    expect(details).toMatchObject({
      source: 'billing',
      size: BODY.length,
      explanation: { trace: { outcome: { kind: 'rejected', reason: 'signature-mismatch' } } },
      headers: [
        { name: 'content-type', value: 'application/json' },
        { name: 'x-signature', hidden: 'not shown' },
        { name: 'x-token', hidden: 'a hash is kept' },
        { name: 'x-other', hidden: 'not shown' },
      ],
      payload: { text: expect.stringContaining('"UnsubscribeURL":"(left out)"') },
    });
    for (const hidden of [SIGNATURE, SECRET, 'https://sns/?end']) {
      expect(JSON.stringify(details)).not.toContain(hidden);
    }
  });

  test('has its body only if payloads are shown', async () => {
    const details = await open({}, false);
    expect(details).not.toHaveProperty('payload');
    expect(JSON.stringify(details)).not.toContain('QuoteCreated');
  });

  test.each([
    ['the signature is in it', { source: 'shop', provider: 'hmac' }, BODY, 'may hold a signature'],
    ['it can’t be known whether it has a secret', { source: 'former' }, BODY, 'may hold a signature'],
    ['it is no text', {}, '\ud800', 'no text'],
  ])('has no body if %s', async (_, over, body, why) => {
    const bytes = body === BODY ? body : (Buffer.from([0xff, 0xfe, 0x00]) as unknown as string);
    expect(await open(over, true, bytes)).toMatchObject({
      payload: { missing: expect.stringContaining(why) },
    });
  });

  test('has no trace without its source, and is undefined if there is none', async () => {
    expect((await open({ source: 'former' }))?.explanation).toBeUndefined();
    expect(await readDeliveryDetails(tools, '00000000-0000-4000-8000-000000000000', true)).toBeUndefined();
  });
});

describe('what is left out of a body', () => {
  const inner = { Signature: 'sig', UnsubscribeURL: 'https://end', a: 'q"uo\\te' };
  const body = {
    Token: 't"x\\',
    SubscribeURL: 'https://on',
    m: JSON.stringify({ ...inner, m: JSON.stringify(inner) }),
  };

  test.each([undefined, 2])('at any depth of JSON within JSON, indented by %p', (indent) => {
    const left = withoutKeys(JSON.stringify(body, null, indent), 'all');
    const outer = JSON.parse(left);
    const middle = JSON.parse(outer.m);
    expect(outer).toMatchObject({ Token: '(left out)', SubscribeURL: '(left out)' });
    for (const one of [middle, JSON.parse(middle.m)]) {
      expect(one).toMatchObject({ Signature: '(left out)', UnsubscribeURL: '(left out)', a: inner.a });
    }
  });

  test('nothing else, and of what is no JSON the rest', () => {
    expect(withoutKeys('{"a":"Token","b":["Signature"]}', 'all')).toBe('{"a":"Token","b":["Signature"]}');
    expect(withoutKeys('{"Token":"abc', 'all')).toBe('{"Token":"(left out)"');
    expect(withoutKeys('{"Token":"abc"}')).toBe('{"Token":"abc"}');
  });

  test('in time, whatever the text', () => {
    for (const text of [
      '\\'.repeat(1_000_000),
      `"Token":"${'\\'.repeat(1_000_000)}`,
      '"Token":"'.repeat(100_000),
    ]) {
      expect(withoutKeys(text, 'all').length).toBeGreaterThan(0);
    }
  });
});
