import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../../lambdas/core/digest.ts';
import {
  AT_ATTRIBUTE,
  ENTITY_INDEX,
  entityHash,
  PARTITION_KEY,
  SHARDS,
  SOURCE_INDEX,
  shardOf,
  sourceHour,
  TTL_ATTRIBUTE,
} from '../../../lambdas/event-log/schema.ts';

test('the keys are called as in the tables that there are: under another name nothing would be found, nor expire', () => {
  expect({ PARTITION_KEY, TTL_ATTRIBUTE, AT_ATTRIBUTE, SOURCE_INDEX, ENTITY_INDEX }).toEqual({
    PARTITION_KEY: 'key',
    TTL_ATTRIBUTE: 'expiresAt',
    AT_ATTRIBUTE: 'at',
    SOURCE_INDEX: { name: 'by-source', partitionKey: 'sourceHour' },
    ENTITY_INDEX: { name: 'by-entity', partitionKey: 'entityHash' },
  });
});

describe('the index by source', () => {
  test('has a partition an hour and a shard', () => {
    expect(sourceHour('ivvy', '2026-11-22T05:59:59.999Z', 3)).toBe('ivvy/2026-11-22T05/3');
    expect(sourceHour('ivvy', '2026-11-22T06:00:00.000Z', 0)).toBe('ivvy/2026-11-22T06/0');
  });

  test('spreads the events of an hour over its shards: none takes a third of them', () => {
    const events = 5_000;
    const counts = new Map<number, number>();
    for (let number = 0; number < events; number++) {
      const shard = shardOf(`ivvy:${digest(String(number))}`);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...Array(SHARDS).keys()]);
    expect(Math.max(...counts.values())).toBeLessThan(events / 3);
  });
});

describe('the index by entity', () => {
  test('tells entities apart, whatever their ids are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(fc.tuple(text, text, text), fc.tuple(text, text, text), (one, other) => {
        expect(entityHash(...one) === entityHash(...other)).toBe(one.every((part, at) => part === other[at]));
      }),
    );
  });

  test('has keys that DynamoDB takes, however long an id is', () => {
    expect(entityHash('ivvy', 'booking', 'x'.repeat(100_000))).toHaveLength(43);
    expect(entityHash('ivvy', 'booking', '')).toHaveLength(43);
  });
});
