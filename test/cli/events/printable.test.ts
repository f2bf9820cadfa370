import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableLines } from '../../../cli/events/printable.ts';

const text = fc.string({ unit: 'binary', maxLength: 100 });
/** What a terminal obeys, whatever the text is. */
const OBEYED = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

test('no text makes a terminal do anything, or takes more than its column', () => {
  fc.assert(
    fc.property(text, (word) => {
      expect(printable(word)).not.toMatch(OBEYED);
      expect(printable(word).length).toBeLessThanOrEqual(40);
      expect(printableLines(word).replace(/[\n\t]/g, '')).not.toMatch(OBEYED);
    }),
  );
});

test('JSON stays the JSON that it is', () => {
  fc.assert(
    fc.property(text, (word) => {
      expect(JSON.parse(printableLines(JSON.stringify({ word }, undefined, 2)))).toEqual({ word });
    }),
  );
});

test('what is ordinary stays as it is', () => {
  expect(printable('Zoë 🏨 東京')).toBe('Zoë 🏨 東京');
  expect(printableLines('a\n\tb')).toBe('a\n\tb');
});
