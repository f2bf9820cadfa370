import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { aContext } from '../support/context.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { objectsInMemory } from '../support/objects.ts';
import { catchOutput } from '../support/output.ts';
import { aRejected } from '../support/rejected.ts';

let table: EventLogTable;
let createKeeper: typeof import('../../../lambdas/rejected/keep-handler.ts').createKeeper;
let lines: ReturnType<typeof catchOutput>;
beforeAll(async () => {
  table = await startEventLogTable();
  process.env.EVENT_LOG_TABLE = table.name;
  process.env.BODIES_BUCKET = 'gatepost-bodies';
  ({ createKeeper } = await import('../../../lambdas/rejected/keep-handler.ts'));
});
beforeEach(() => {
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => table.stop());

const record = (messageId: string, body: string, group = 'billing'): SQSRecord =>
  ({ messageId, body, attributes: { MessageGroupId: group } }) as unknown as SQSRecord;

const fresh = () => aRejected({ receivedAt: new Date().toISOString() }, 'PAYLOAD');

test('each is kept, and a line says so without its content', async () => {
  const rejected = fresh();
  const answer = await createKeeper()({ Records: [record('1', JSON.stringify(rejected))] }, aContext());
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(await table.itemOf(`rejected/${rejected.id}`)).toMatchObject({ source: { S: 'billing' } });
  expect(lines()).toMatchObject([{ message: 'kept', source: 'billing', deliveryId: rejected.id }]);
  expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
});

test('what can’t be read is dropped, which its line says, and holds up nothing', async () => {
  const rejected = fresh();
  const Records = [record('1', '{"id":1}'), record('2', JSON.stringify(rejected))];
  expect(await createKeeper()({ Records }, aContext())).toEqual({ batchItemFailures: [] });
  expect(await table.itemOf(`rejected/${rejected.id}`)).toBeDefined();
  expect(lines()).toContainEqual(expect.objectContaining({ notKept: 'refused', source: '(unreadable)' }));
});

test('while S3 is away, only what is too large for an item comes again', async () => {
  const objects = { ...objectsInMemory(), put: async () => Promise.reject(new Error('S3 is away')) };
  const large = aRejected(
    { receivedAt: new Date().toISOString(), source: 'other' },
    randomBytes(400_000).toString('base64'),
  );
  const small = fresh();
  const Records = [record('1', JSON.stringify(large), 'other'), record('2', JSON.stringify(small))];
  expect(await createKeeper({ objects })({ Records }, aContext())).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }],
  });
  await expect(table.itemOf(`rejected/${large.id}`)).rejects.toThrow('is not in the log');
  expect(await table.itemOf(`rejected/${small.id}`)).toBeDefined();

  const bucket = objectsInMemory();
  const again = { Records: [record('1', JSON.stringify(large), 'other')] };
  expect(await createKeeper({ objects: bucket })(again, aContext())).toEqual({ batchItemFailures: [] });
  expect([...bucket.kept.keys()]).toEqual([`s3://gatepost-bodies/rejected/other/${large.id}`]);
});

test('while DynamoDB is away, what is refused comes again, with what is after it of its source', async () => {
  const dynamo = { send: async () => Promise.reject(new Error('DynamoDB is away')) } as never;
  const Records = [
    record('1', JSON.stringify(fresh())),
    record('2', JSON.stringify(fresh())),
    record('3', JSON.stringify(fresh()), 'other'),
  ];
  expect(await createKeeper({ dynamo })({ Records }, aContext())).toEqual({
    batchItemFailures: ['1', '2', '3'].map((itemIdentifier) => ({ itemIdentifier })),
  });
  expect(lines().filter(({ message }) => message === 'failed')).toHaveLength(2);
  expect(lines().filter(({ notKept }) => notKept !== undefined)).toEqual([]);
});
