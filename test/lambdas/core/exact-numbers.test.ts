import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExactly } from '../../../lambdas/core/exact-numbers.ts';
import { jsonText, numberText } from '../support/json-text.ts';

/** What came of it; or that it is no JSON. */
const outcome = (parse: (text: string) => unknown, text: string): unknown => {
  try {
    return [parse(text)];
  } catch (error) {
    return (error as Error).name;
  }
};

/** Read, written and read again, now with its numbers rounded. */
const rounded = (text: string): unknown => JSON.parse(JSON.stringify(parseExactly(text)));

const expectSame = (text: string): void => {
  expect(outcome(rounded, text)).toEqual(outcome(JSON.parse, text));
};

describe('gives what JSON.parse would, but for the digits', () => {
  test('for documents', () => {
    fc.assert(
      fc.property(jsonText(), ({ sent }) => expectSame(sent)),
      { numRuns: 1_000 },
    );
  });

  test('for whatever is made of the pieces of documents, most of which is no JSON', () => {
    const piece = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\\"', '"a"', '"4.0"', '"a":', ' ', '\n'),
      fc.constantFrom(
        'true',
        'false',
        'null',
        '-',
        '+',
        '.',
        'e',
        'E',
        '0',
        '00',
        '1.',
        '.5',
        '"__proto__":',
      ),
      numberText(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => expectSame(pieces.join(''))),
      { numRuns: 5_000 },
    );
  });

  test('for a document of which something was cut out', () => {
    fc.assert(
      fc.property(jsonText(), fc.nat(), fc.integer({ min: 1, max: 3 }), ({ sent }, at, length) => {
        const start = at % sent.length;
        expectSame(sent.slice(0, start) + sent.slice(start + length));
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  '{4.0:1}',
  '{"a":1,4.0 :1}',
  '{4.0\t\r\n:1}',
  '[1.]',
  '[01.0]',
  '[1.0.0]',
  '[-]',
  '[1e]',
  '[+1.0]',
  '[1.0e+]',
  // Also where a later one counts.
  '{"a":01.0,"a":2}',
  '{"a":1.,"a":2}',
  '[--1.0]',
  '[4.0 4.0]',
  '4.0"a"',
  '"a"4.0',
  '"4.0',
])('%j is no JSON, and none is made of it', (text) => {
  expect(() => parseExactly(text)).toThrow(SyntaxError);
});

test.each([
  ['a number alone', '4.0000', '4.0000'],
  ['in an object in an array', '[{"a":1e400}]', '[{"a":1e400}]'],
  [
    'beside strings that look like it',
    '{"4.0":"4.0","a":"\\"4.0\\\\","b":4.0}',
    '{"4.0":"4.0","a":"\\"4.0\\\\","b":4.0}',
  ],
  ['under a key that is no other object’s', '{"__proto__":4.0}', '{"__proto__":4.0}'],
  ['of a key that stands twice, the last', '{"a":1.0,"a":2.0}', '{"a":2.0}'],
])('%s', (_, text, leaving) => {
  expect(JSON.stringify(parseExactly(text))).toBe(leaving);
});

test('a number that a double gives back as it was written is a number', () => {
  expect(parseExactly('[1,-2.5,1e+21,1.0]')).toEqual([1, -2.5, 1e21, JSON.rawJSON('1.0')]);
});
