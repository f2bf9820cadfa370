import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeError } from '../../../lambdas/runtime/describe-error.ts';
import { anyText } from '../support/text.ts';

describe('an error for the log', () => {
  test('has its name, its code and its place', () => {
    const error = Object.assign(new TypeError('x'), { code: 'ERR_OSSL_UNSUPPORTED' });
    const described = describeError(error);
    expect(described).toMatchObject({ name: 'TypeError', code: 'ERR_OSSL_UNSUPPORTED' });
    const [place] = described.at as readonly string[];
    expect(place).toContain('describe-error.test.ts');
  });

  test('has no place where its stack is not its own', () => {
    const error = new Error('x');
    for (const stack of [undefined, '', 'Error: another\n    at SECRET (y.js:1:1)'])
      expect(describeError(Object.assign(error, { stack }))).toEqual({ name: 'Error', at: [] });
  });

  test('has five places at most', () => {
    const stack = `Error: x${'\n    at y (z.js:1:1)'.repeat(9)}`;
    expect(describeError(Object.assign(new Error('x'), { stack })).at).toEqual(
      Array.from({ length: 5 }, () => 'at y (z.js:1:1)'),
    );
  });

  test('of what is no error has the type alone', () => {
    expect(describeError('a payload')).toEqual({ name: 'string' });
    expect(describeError(undefined)).toEqual({ name: 'undefined' });
    expect(describeError(null)).toEqual({ name: 'object' });
  });

  test('never has the message, of which V8 makes a quotation', () => {
    const quotations = [
      '{"iban":"DE02120300000000202051"',
      'x DE02120300000000202051',
      '{\n    at DE02120300000000202051',
    ];
    for (const text of quotations) {
      const quoting = () => JSON.parse(text) as unknown;
      try {
        quoting();
        throw new Error('this is JSON');
      } catch (error) {
        expect(JSON.stringify(describeError(error))).not.toContain('DE02');
      }
    }
  });

  test('never has it, whatever stands in it', () => {
    const message = fc
      .tuple(anyText(), fc.constantFrom('\n', '\n    at ', '\n    at x (y.js:1:1)\n    at '))
      .map(([text, line]) => `${text}${line}SECRET${line}SECRET (${text}:1:1)`);
    fc.assert(
      fc.property(message, (message) => {
        expect(JSON.stringify(describeError(new Error(message)))).not.toContain('SECRET');
        const short = Object.assign(new Error(message), { stack: `Error: ${message}\n    at y (z.js:1:1)` });
        expect(describeError(short).at).toEqual(['at y (z.js:1:1)']);
      }),
    );
  });
});
