import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DICTIONARY } from '../../../lambdas/event-log/dictionary.ts';
import { pack, unpack } from '../../../lambdas/event-log/packed.ts';

test('whatever is packed is unpacked, bytes that are no text included', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 3_000 }), (value, bytes) => {
      const envelope = JSON.stringify(value);
      const { envelope: again, body } = unpack(pack({ envelope, body: Buffer.from(bytes) }));
      expect(again).toBe(envelope);
      expect(body.equals(bytes)).toBe(true);
    }),
  );
});

test('the dictionary never changes: with another one, no stored event can be read any more', () => {
  expect(createHash('sha256').update(DICTIONARY).digest('hex')).toBe(
    '41909c94f3521ad510123b1c7d7726f13c8f7d1b9debb586d04bb34b7d6434a6',
  );
});

test('what a later version packed is not read wrongly', () => {
  const packed = pack({ envelope: '{}', body: Buffer.from('x') });
  packed[0] = 2;
  expect(() => unpack(packed)).toThrow('by a later version of Gatepost');
});
