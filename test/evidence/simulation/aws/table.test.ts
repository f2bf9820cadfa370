import { expect, test } from '@jest/globals';
import { createTable } from '../../../../evidence/simulation/aws/table.ts';

const put = (deliveryId: string, now: string, expiresAt = '100') => ({
  TableName: 'event-log',
  Item: {
    key: { S: 'key' },
    deliveryId: { S: deliveryId },
    expiresAt: { N: expiresAt },
    body: { B: Buffer.from('body') },
  },
  ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :now',
  ExpressionAttributeNames: { '#key': 'key', '#expiresAt': 'expiresAt' },
  ExpressionAttributeValues: { ':now': { N: now } },
});

const count = (mine: string) => ({
  TableName: 'event-log',
  Key: { key: { S: 'key' } },
  UpdateExpression: 'ADD duplicates :one SET lastDuplicate = :mine',
  ConditionExpression: 'attribute_exists(#key) AND deliveryId <> :mine',
  ExpressionAttributeNames: { '#key': 'key' },
  ExpressionAttributeValues: { ':one': { N: '1' }, ':mine': { S: mine } },
});

test('conditions are evaluated with the values of each request, however often', () => {
  const table = createTable('key');
  expect(table.put(put('first', '50'))).toEqual({ isWritten: true });
  expect(table.put(put('second', '50'))).toEqual({ isWritten: false });
  expect(table.put(put('second', '100'))).toEqual({ isWritten: false });
  expect(table.put(put('second', '101', '200'))).toEqual({ isWritten: true });
  expect(table.put(put('third', '101'))).toEqual({ isWritten: false });
  expect(table.items.get('key')).toMatchObject({ deliveryId: { S: 'second' }, body: { B: 'Ym9keQ==' } });
});

test('who asks for the item that is held gets it', () => {
  const table = createTable('key');
  const asking = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  expect(table.put({ ...put('first', '50'), ...asking })).toEqual({ isWritten: true });
  expect(table.put({ ...put('second', '50'), ...asking })).toMatchObject({
    isWritten: false,
    held: { deliveryId: { S: 'first' } },
  });
  expect(table.get({ TableName: 'event-log', Key: { key: { S: 'key' } } })).toMatchObject({
    deliveryId: { S: 'first' },
  });
  expect(table.get({ TableName: 'event-log', Key: { key: { S: 'other' } } })).toBeUndefined();
});

test('updates add up, and each sets what it brings', () => {
  const table = createTable('key');
  expect(table.update(count('nobody')).isWritten).toBe(false);
  table.put(put('first', '50'));
  expect(table.update(count('first')).isWritten).toBe(false);
  expect(table.update(count('second')).isWritten).toBe(true);
  expect(table.update(count('third')).isWritten).toBe(true);
  expect(table.items.get('key')).toMatchObject({ duplicates: { N: '2' }, lastDuplicate: { S: 'third' } });
});

test('what DynamoDB would not understand is refused', () => {
  const table = createTable('key');
  expect(() =>
    table.put({ ...put('first', '50'), ConditionExpression: 'attribute_not_exist(#key)' }),
  ).toThrow('Invalid ConditionExpression');
});
