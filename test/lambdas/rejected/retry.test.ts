import { createHmac, randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Delivery } from '../../../lambdas/core/delivery.ts';
import type { RejectedRequest } from '../../../lambdas/core/rejected-request.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { findRejected } from '../../../lambdas/event-log/find-rejected.ts';
import { keepRejected } from '../../../lambdas/event-log/keep-rejected.ts';
import { PLACEHOLDER_SECRET } from '../../../lambdas/ingest/secrets.ts';
import { sourceAddresses } from '../../../lambdas/ingest/source-addresses.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import type { Provider, Verdict } from '../../../lambdas/providers/provider.ts';
import { openSource, type SourceGate } from '../../../lambdas/rejected/gates.ts';
import {
  type Explanation,
  explainRejected,
  type RetryTools,
  retryAll,
} from '../../../lambdas/rejected/retry.ts';
import { reportText } from '../../../lambdas/verification/trace/report.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { objectsInMemory } from '../support/objects.ts';
import { catchOutput } from '../support/output.ts';
import { aRejected } from '../support/rejected.ts';

const SECRET = 'the secret of today';
const NOW = Date.parse('2024-03-12T00:00:00.000Z');

let table: EventLogTable;
let log: RetryTools['log'];
const objects = objectsInMemory();
beforeAll(async () => {
  table = await startEventLogTable();
  log = { dynamo: new DynamoDBClient(), table: table.name };
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  log.dynamo.destroy();
  await table.stop();
});

/** A request of Altoviz that was refused at that minute. */
const refused = async (minute: number, secret = SECRET, over: Partial<RejectedRequest> = {}) => {
  const body = JSON.stringify({ id: `evt-${minute}`, type: 'CustomerCreated', data: { id: minute } });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const rejected = aRejected(
    {
      receivedAt: `2024-03-11T00:0${minute}:00.000Z`,
      headers: { 'x-signature': `sha256=${signature}` },
      ...over,
    },
    body,
  );
  await keepRejected({ ...log, objects }, rejected, NOW);
  return rejected;
};

const source = { name: 'billing', provider: 'altoviz', settings: {} };

/** What checks again, and what it stored. */
const setUp = (over: Partial<RetryTools> = {}) => {
  const stored: Delivery[] = [];
  const tools: RetryTools = {
    log,
    objects,
    open: (name) =>
      name === 'billing'
        ? openSource(source, async () => ({ current: SECRET, rotatedAt: new Date(NOW) }))
        : undefined,
    store: async (parts) => void stored.push(...parts.map(({ delivery }) => delivery)),
    now: () => NOW,
    hasTime: () => true,
    ...over,
  };
  return { tools, stored };
};

const outcomes = (retrials: Awaited<ReturnType<typeof retryAll>>) => retrials.map(({ outcome }) => outcome);

describe('checked again', () => {
  test('what is genuine today is stored in the order of its receipt, and marked; what is not stays', async () => {
    const [third, first, forged] = [await refused(3), await refused(1), await refused(2, 'another secret')];
    const { tools, stored } = setUp();
    const retrials = await retryAll([third.id, forged.id, first.id], 'anna', tools);
    expect(retrials).toMatchObject([
      { id: first.id, outcome: 'stored', source: 'billing', events: [{ entity: 'customer' }] },
      { id: forged.id, outcome: 'refused', reason: 'signature-mismatch' },
      { id: third.id, outcome: 'stored' },
    ]);
    expect(stored.map(({ receivedAt }) => receivedAt)).toEqual([first.receivedAt, third.receivedAt]);
    expect(stored[0]).toMatchObject({
      source: { name: 'billing' },
      retry: { of: first.id, at: new Date(NOW).toISOString() },
    });
    expect((await findRejected(log, first.id, NOW))?.retried).toEqual({
      at: new Date(NOW).toISOString(),
      by: 'anna',
      outcome: 'stored',
      deliveryId: stored[0]?.deliveryId,
    });
    expect((await findRejected(log, forged.id, NOW))?.retried).toMatchObject({
      outcome: 'refused',
      reason: 'signature-mismatch',
    });
    expect(outcomes(await retryAll([first.id], 'anna', tools))).toEqual(['done-before']);
    expect(stored).toHaveLength(2);
  });

  test('a trial says what would come of it, and changes nothing', async () => {
    const [genuine, forged] = [await refused(4), await refused(5, 'another secret')];
    const { tools, stored } = setUp();
    const retrials = await retryAll([genuine.id, forged.id], undefined, tools);
    expect(outcomes(retrials)).toEqual(['would-store', 'refused']);
    expect(retrials[0]).not.toHaveProperty('deliveryId');
    expect(stored).toEqual([]);
    expect(await findRejected(log, genuine.id, NOW)).not.toHaveProperty('retried');
  });

  test('what expired or was never kept, and what has no source any more', async () => {
    const gone = await refused(6, SECRET, { source: 'former' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await retryAll([gone.id, nobody], 'anna', setUp().tools)).toMatchObject([
      { id: nobody, outcome: 'unknown' },
      { id: gone.id, outcome: 'no-source' },
    ]);
  });
});

describe('what can’t be stored now', () => {
  test('holds up those after it of its source: none overtakes it', async () => {
    const [first, second] = [await refused(1), await refused(2)];
    const { tools, stored } = setUp({
      store: async () => {
        throw new Rejection('intake-unavailable');
      },
    });
    expect(await retryAll([second.id, first.id], 'anna', tools)).toMatchObject([
      { id: first.id, outcome: 'failed', reason: 'intake-unavailable' },
      { id: second.id, outcome: 'not-tried' },
    ]);
    expect(stored).toEqual([]);
    expect(await findRejected(log, first.id, NOW)).not.toHaveProperty('retried');
  });

  test('is also what lies in the bucket while that is away', async () => {
    const body = JSON.stringify({ id: 'evt-large', note: randomBytes(400_000).toString('base64') });
    const large = aRejected({ receivedAt: '2024-03-11T00:01:00.000Z' }, body);
    await keepRejected({ ...log, objects }, large, NOW);
    const cause = Object.assign(new Error('S3 is away'), { name: 'TimeoutError' });
    const away = { ...objects, get: async () => Promise.reject(cause) };
    const lines = catchOutput();
    const after = await refused(2);
    const { tools, stored } = setUp({ objects: away });
    expect(await retryAll([large.id, after.id], 'anna', tools)).toMatchObject([
      { id: large.id, outcome: 'failed', detail: 'its body can’t be read from the bucket' },
      { id: after.id, outcome: 'not-tried' },
    ]);
    const [line, ...more] = lines();
    expect(line).toMatchObject({
      level: 'ERROR',
      message: 'body-unavailable',
      rejectedId: large.id,
      source: 'billing',
      cause: { name: 'TimeoutError' },
    });
    expect(more).toEqual([]);
    expect(JSON.stringify(line)).not.toContain('S3 is away');
    expect(stored).toEqual([]);
    expect(outcomes(await retryAll([large.id], undefined, setUp().tools))).toEqual(['refused']);
  });

  test('for lack of time neither, and one is always tried', async () => {
    const [first, second] = [await refused(1), await refused(2)];
    const { tools } = setUp({ hasTime: () => false });
    expect(outcomes(await retryAll([first.id, second.id], 'anna', tools))).toEqual(['stored', 'not-tried']);
  });
});

/** A source whose provider comes to that verdict. */
const gateOf = (authenticate: () => Promise<Verdict>, confirmsByRequest = false): SourceGate => ({
  source: { ...source, settings: {} },
  confirmsByRequest,
  provider: () => ({ ...altoviz, authenticate }) as unknown as Provider<never>,
  admits: () => true,
  secrets: async () => true,
  givenSecrets: async () => ({ secrets: [] }),
});

describe('what else may come of it', () => {
  test.each([
    [
      'a confirmation that the sender was asked for',
      gateOf(async () => ({ outcome: 'confirmed' }), true),
      'confirmed',
    ],
    [
      'a handshake whose answer comes too late',
      gateOf(async () => ({ outcome: 'confirmed' })),
      'nothing-to-store',
    ],
    ['a test', gateOf(async () => ({ outcome: 'test' })), 'nothing-to-store'],
    [
      'a confirmation whose token has expired',
      gateOf(async () => {
        throw new Rejection('confirmation-failed', 'SNS answered 404');
      }, true),
      'refused',
    ],
    [
      'a certificate that can’t be fetched now',
      gateOf(async () => {
        throw new Rejection('certificate-unavailable');
      }),
      'failed',
    ],
  ] as const)('%s', async (_, gate, outcome) => {
    const { id } = await refused(1);
    const { tools } = setUp({ open: () => gate });
    const trial = outcomes(await retryAll([id], undefined, tools));
    expect(trial).toEqual([outcome === 'confirmed' ? 'would-confirm' : outcome]);
    expect(outcomes(await retryAll([id], 'anna', tools))).toEqual([outcome]);
  });

  test('its source lets none of its events in: it stays, until that is otherwise', async () => {
    const { id } = await refused(1);
    const choosing = (...events: readonly string[]): SourceGate => ({
      ...gateOf(async () => ({ outcome: 'accepted' })),
      source: { ...source, settings: { events } },
    });
    const { tools, stored } = setUp({ open: () => choosing('invoice.*') });
    expect(outcomes(await retryAll([id], undefined, tools))).toEqual(['ignored']);
    expect(await retryAll([id], 'anna', tools)).toEqual([
      { id, source: 'billing', receivedAt: expect.any(String), outcome: 'ignored' },
    ]);
    expect(stored).toEqual([]);
    expect((await findRejected(log, id, NOW))?.retried).toBeUndefined();
    const again = setUp({ open: () => choosing('invoice.*', 'customer.created') }).tools;
    expect(outcomes(await retryAll([id], 'anna', again))).toEqual(['stored']);
  });

  test('its address counts as it was', async () => {
    const { id } = await refused(1, SECRET, { sourceIp: '198.51.100.4' });
    const open = (listed: readonly string[]) => (): SourceGate => ({
      ...gateOf(async () => ({ outcome: 'accepted' })),
      admits: sourceAddresses(listed),
    });
    const before = await retryAll([id], undefined, setUp({ open: open(['203.0.113.7']) }).tools);
    expect(before).toMatchObject([{ outcome: 'refused', reason: 'address-not-allowed' }]);
    const after = await retryAll([id], undefined, setUp({ open: open(['198.51.100.0/24']) }).tools);
    expect(after).toMatchObject([{ outcome: 'would-store' }]);
  });
});

describe('explained', () => {
  test('by the secrets of today, without any content', async () => {
    const forged = await refused(1, 'another secret');
    const explanation = await explainRejected(forged.id, setUp().tools);
    expect(explanation).toMatchObject({
      id: forged.id,
      isAddressAllowed: true,
      trace: { outcome: { kind: 'rejected', reason: 'signature-mismatch' } },
    });
    expect(JSON.stringify(explanation)).not.toContain('CustomerCreated');
    expect(JSON.stringify(explanation)).not.toContain(SECRET);
  });

  test.each([
    ['a placeholder', PLACEHOLDER_SECRET, {}],
    ['too short', 'short', {}],
    [
      'a placeholder after another one, which was signed with neither',
      PLACEHOLDER_SECRET,
      { previous: SECRET },
    ],
  ])('says first that the secret is unset, as a retry does: %s', async (_, current, more) => {
    const { id } = await refused(1, 'the secret that the sender has');
    const open = () => openSource(source, async () => ({ current, rotatedAt: new Date(), ...more }));
    const { tools } = setUp({ open });
    const unset = { reason: 'secret-unset', detail: expect.stringContaining('the placeholder or shorter') };
    expect(await retryAll([id], undefined, tools)).toMatchObject([{ outcome: 'refused', ...unset }]);
    const { trace } = (await explainRejected(id, tools)) as Explanation;
    expect(trace).toMatchObject({ outcome: unset, nearMisses: [] });
    expect(trace).not.toHaveProperty('search');
    const said = reportText(trace, { isClockNow: false });
    expect(said).toMatch(/^Refused with 503, secret-unset: the secret is the placeholder or shorter than 16/);
    expect(said).not.toContain('tried');
  });

  test('is genuine by the secret before an unset one, while that is accepted', async () => {
    const { id } = await refused(1);
    const versions = { current: PLACEHOLDER_SECRET, previous: SECRET, rotatedAt: new Date() };
    const settings = { rotationGrace: 3_600 };
    const { tools } = setUp({ open: () => openSource({ ...source, settings }, async () => versions) });
    expect(outcomes(await retryAll([id], undefined, tools))).toEqual(['would-store']);
    expect(await explainRejected(id, tools)).toMatchObject({ trace: { outcome: { kind: 'genuine' } } });
  });

  test('only what is there', async () => {
    expect(await explainRejected('nonsense', setUp().tools)).toBe('unknown');
    const gone = await refused(6, SECRET, { source: 'former' });
    expect(await explainRejected(gone.id, setUp().tools)).toBe('no-source');
  });
});
