import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesPattern, readEventPattern, writeEventPattern } from '../../../lambdas/core/event-pattern.ts';

const EVENT = { source: 'books', provider: 'avaza', entity: 'booking-note', action: 'sent' };

test.each([
  '*',
  '*.*',
  '*.*.*',
  'booking-note.*',
  '*.sent',
  'booking-note.sent',
  'avaza.booking-note.sent',
  'avaza.*.*',
  'books:*',
  'books:booking-note.*',
  'books:avaza.*.sent',
  '*:*',
])('%s matches', (text) => {
  const pattern = readEventPattern(text);
  expect(pattern && matchesPattern(pattern, EVENT)).toBe(true);
});

test.each(['booking.*', '*.sen', 'ivvy.booking-note.sent', 'other:*', 'avaza.sent', 'booking-note.*.sent'])(
  '%s does not match',
  (text) => {
    const pattern = readEventPattern(text);
    expect(pattern && matchesPattern(pattern, EVENT)).toBe(false);
  },
);

test.each([
  '',
  'company',
  'Company.*',
  'comp*.created',
  'a.b.c.d',
  'a..b',
  ':a.b',
  'a:b:c.d',
  ' *',
  'a.b ',
  '.',
])('"%s" is no pattern', (text) => {
  expect(readEventPattern(text)).toBeUndefined();
});

const part = fc.constantFrom('*', 'a', 'b-c', 'd_1');
const pattern = fc.record({ source: part, provider: part, entity: part, action: part });

test('a pattern that is written is read as the same, and only what means the same is written the same', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      expect(readEventPattern(writeEventPattern(one))).toEqual(one);
      const isSame = writeEventPattern(one) === writeEventPattern(other);
      expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test('each part is compared by itself', () => {
  fc.assert(
    fc.property(pattern, pattern, (wanted, event) => {
      const names = ['source', 'provider', 'entity', 'action'] as const;
      const expected = names.every((name) => wanted[name] === '*' || wanted[name] === event[name]);
      expect(matchesPattern(wanted, event)).toBe(expected);
    }),
  );
});
