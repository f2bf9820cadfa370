import { afterEach, describe, expect, test } from '@jest/globals';
import { environment, environmentSeconds } from '../../../lambdas/runtime/environment.ts';

afterEach(() => {
  delete process.env.GATEPOST_TEST;
});

describe('a variable of the environment', () => {
  test('is what it says', () => {
    process.env.GATEPOST_TEST = ' a ';
    expect(environment('GATEPOST_TEST')).toBe(' a ');
  });

  test.each([undefined, ''])('is missing where it is %j', (value) => {
    if (value !== undefined) process.env.GATEPOST_TEST = value;
    expect(() => environment('GATEPOST_TEST')).toThrow('The environment variable GATEPOST_TEST is not set');
    expect(() => environmentSeconds('GATEPOST_TEST')).toThrow('GATEPOST_TEST is not set');
  });

  test.each([
    ['1', 1],
    ['2592000', 2_592_000],
  ])('is a number of seconds: %s', (value, seconds) => {
    process.env.GATEPOST_TEST = value;
    expect(environmentSeconds('GATEPOST_TEST')).toBe(seconds);
  });

  test.each(['0', '-1', '1.5', '30d', 'NaN', 'Infinity'])('is no number of seconds: %s', (value) => {
    process.env.GATEPOST_TEST = value;
    expect(() => environmentSeconds('GATEPOST_TEST')).toThrow(
      'The environment variable GATEPOST_TEST is not a number of seconds',
    );
  });
});
