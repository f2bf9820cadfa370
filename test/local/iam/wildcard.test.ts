import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arnFits, fits } from '../../../local/iam/wildcard.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n', '+', '(', '-') });

test('without wildcards a pattern fits itself and nothing else', () => {
  fc.assert(fc.property(text, text, (one, other) => expect(fits(one, other)).toBe(one === other)));
});

test('* stands for any characters, none of them too', () => {
  fc.assert(
    fc.property(text, text, text, (start, middle, end) =>
      expect(fits(`${start}*${end}`, `${start}${middle}${end}`)).toBe(true),
    ),
  );
  fc.assert(
    fc.property(text, text, (start, other) => expect(fits(`${start}*`, other)).toBe(other.startsWith(start))),
  );
});

test('? stands for exactly one', () => {
  fc.assert(
    fc.property(text, text, text, (start, middle, end) => {
      const whole = `${start}${middle}${end}`;
      const isOneLonger = whole.length === start.length + 1 + end.length;
      expect(fits(`${start}?${end}`, whole)).toBe(isOneLonger);
    }),
  );
});

const ARN = 'arn:aws:sqs:us-east-1:000000000000:gatepost-contact.fifo';

test.each([
  [ARN, true],
  ['arn:aws:sqs:*:*:gatepost-*', true],
  ['arn:aws:sqs:us-east-1:000000000000:gatepost-*.fifo', true],
  ['arn:aws:sqs:*', true],
  ['arn:*:sqs:us-east-?:000000000000:*', true],
  ['arn:aws:sqs:us-east-1:000000000000:gatepost-contact', false],
  ['arn:aws:sqs:us-east-1:000000000000:Gatepost-contact.fifo', false],
  ['arn:aws:sqs:eu-*:*:*', false],
  ['arn:aws:dynamodb:*:*:*', false],
  ['arn:aws:sqs', false],
  // A star in the middle stays in its part: this is a queue called `x` in an account of any name.
  ['arn:aws:sqs:*:gatepost-contact.fifo', false],
  ['', false],
])('%s fits: %s', (pattern, expected) => {
  expect(arnFits(pattern, ARN)).toBe(expected);
});

test('the name of a resource may have colons', () => {
  expect(arnFits('arn:aws:secretsmanager:*:*:secret:a/*', 'arn:aws:secretsmanager:r:1:secret:a/b-XyZ')).toBe(
    true,
  );
  expect(arnFits('arn:aws:secretsmanager:*:*:secret:a/*', 'arn:aws:secretsmanager:r:1:other:a/b-XyZ')).toBe(
    false,
  );
});
