import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../../lambdas/core/digest.ts';
import { anyText, utf8Text } from '../support/text.ts';

test('is 43 characters that SQS takes as a message group or a deduplication id', () => {
  fc.assert(
    fc.property(fc.array(anyText()), (parts) => {
      expect(digest(...parts)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }),
  );
});

test('is the same for the same parts, at any time and on any machine', () => {
  expect(digest('a', 'bc')).toBe(hash('sha256', '["a","bc"]', 'base64url'));
  expect(digest()).toBe(hash('sha256', '[]', 'base64url'));
});

test('no two lists of parts run together', () => {
  const parts = fc.array(fc.oneof(utf8Text(), fc.stringMatching(/^[0-9:]{0,4}$/)), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (some, others) => {
      expect(digest(...some) === digest(...others)).toBe(JSON.stringify(some) === JSON.stringify(others));
    }),
  );
  // The same text, cut differently.
  fc.assert(
    fc.property(utf8Text(), fc.nat(), (text, at) => {
      const cut = at % (text.length + 1);
      expect(digest(text.slice(0, cut), text.slice(cut))).not.toBe(digest(text));
    }),
  );
});

test('tells halves of surrogate pairs apart, as JSON does', () => {
  expect(digest('\ud800')).not.toBe(digest('\ufffd'));
  expect(digest('\ud800')).not.toBe(digest('\ud801'));
});
