import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { deliveriesOf, toApiEvent, toDelivery, toSqsEvents } from '../../../evidence/bench/deliveries.ts';
import { SECRET } from '../../../evidence/bench/sources.ts';
import {
  ASSUMPTIONS,
  ITEM_BYTES,
  type ShippedProvider,
  UNIT_BYTES,
} from '../../../evidence/cost/assumptions.ts';
import { itemSizes, median } from '../../../evidence/cost/item-sizes.ts';
import { createIngest } from '../../../lambdas/ingest/handler.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import { loadPki, type Pki } from '../../../senders/pki.ts';
import { aContext } from '../../lambdas/support/context.ts';
import { catchOutput } from '../../lambdas/support/output.ts';

const PROVIDERS = Object.keys(ITEM_BYTES) as readonly ShippedProvider[];
/** What DynamoDB adds to an item for an index. */
const ADDED = 100;

let directory: string;
let pki: Pki;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatepost-measured-'));
  pki = await loadPki(directory);
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => {
  jest.restoreAllMocks();
});

describe('an event in the event log', () => {
  test.each(PROVIDERS)('of %s takes one write unit at the median, and two at most', async (provider) => {
    const sizes = (await itemSizes(provider, pki)).map(({ table }) => table);
    expect(median(sizes)).toBeLessThanOrEqual(UNIT_BYTES);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * UNIT_BYTES);
    expect(Math.abs(median(sizes) - ITEM_BYTES[provider])).toBeLessThan(30);
  });

  test('is as large as docs/cost.md computes with', async () => {
    const all = await Promise.all(PROVIDERS.map((provider) => itemSizes(provider, pki)));
    const mean = (of: 'table' | 'index') =>
      all.reduce((sum, sizes) => sum + median(sizes.map((size) => size[of])), 0) / all.length;
    expect((mean('table') + ADDED) / 1024).toBeCloseTo(ASSUMPTIONS.itemKilobytes.value, 1);
    expect((mean('index') + ADDED) / 1024).toBeCloseTo(ASSUMPTIONS.indexedKilobytes.value, 1);
  });
});

test('the functions log as much of a delivery as docs/cost.md computes with', async () => {
  Object.assign(process.env, {
    SOURCE: JSON.stringify({ name: 'altoviz', provider: 'altoviz', settings: {} }),
    SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost/altoviz',
    INTAKE_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/gatepost-intake.fifo',
    UNRECOGNIZED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/gatepost-unrecognized.fifo',
    EVENT_LOG_TABLE: 'event-log',
    RETENTION_SECONDS: '2592000',
    BODIES_BUCKET: 'bodies',
  });
  const [request] = await deliveriesOf('altoviz', pki).sign(1);
  if (request === undefined) throw new Error('there is no sample');
  const sqs = { send: async () => ({ Successful: [{ Id: '0' }] }) } as never;
  const dynamo = { send: async () => ({}) } as never;
  const ingest = createIngest(altoviz, {
    sqs,
    secretVersions: () => async () => ({ current: SECRET, rotatedAt: new Date() }),
  });
  const { createFanOut } = await import('../../../lambdas/fan-out/fan-out.ts');
  const routing = { entities: ['contact'], entityQueues: true, consumers: [] };

  const lines = catchOutput();
  const event: APIGatewayProxyEventV2 = toApiEvent(request, 'altoviz');
  expect((await ingest(event, {} as Context)).statusCode).toBe(200);
  const [records] = toSqsEvents([toDelivery(request, 'altoviz', 'altoviz')]);
  await createFanOut({ sqs, dynamo, routing })(records ?? { Records: [] }, aContext());

  expect(lines().map(({ outcome }) => outcome)).toEqual(['accepted', 'routed']);
  const bytes = lines().reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)) + 1, 0);
  expect(bytes / 1024).toBeCloseTo(ASSUMPTIONS.lineKilobytes.value, 1);
});
