import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../../lambdas/core/json.ts';
import { readTime } from '../../../lambdas/verification/provider-time.ts';

describe('a time as providers write it', () => {
  test.each([
    ['1710115230', '2024-03-11T00:00:30.000Z'],
    ['"1710115230"', '2024-03-11T00:00:30.000Z'],
    ['"1710115230.000005"', '2024-03-11T00:00:30.000Z'],
    ['1710115230.250', '2024-03-11T00:00:30.250Z'],
    ['1710115230250', '2024-03-11T00:00:30.250Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
    ['"2024-03-11T00:00:30Z"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-11T00:00:30.53Z"', '2024-03-11T00:00:30.530Z'],
    ['"2024-03-11T00:00:30.123456789Z"', '2024-03-11T00:00:30.123Z'],
    ['"2024-03-11T02:00:30+02:00"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-11T02:00:30+0200"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-10T19:00:30-05"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-11T00:00:30"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-11 00:00:30 UTC"', '2024-03-11T00:00:30.000Z'],
    ['"2024-03-11 00:00"', '2024-03-11T00:00:00.000Z'],
    ['"2024-03-11"', '2024-03-11T00:00:00.000Z'],
    ['99999999999', '5138-11-16T09:46:39.000Z'],
    ['100000000000', '1973-03-03T09:46:40.000Z'],
    ['"9999-12-31T23:59:59.999Z"', '9999-12-31T23:59:59.999Z'],
    ['253402300799999', '9999-12-31T23:59:59.999Z'],
  ])('%s', (text, time) => {
    expect(readTime(parseJson(text))?.toISOString()).toBe(time);
  });

  test.each([
    'null',
    'true',
    '{}',
    '[1710115230]',
    '""',
    '"soon"',
    '-1',
    '1e9',
    '1e400',
    '99999999999999999999',
    '"2024-13-11T00:00:30Z"',
    '"2024-03-11T25:00:30Z"',
    '"Mon, 11 Mar 2024 00:00:30 GMT"',
    '"2024-03-11T00:00:30Z "',
    '"1969-12-31T23:59:59Z"',
    '"9999-12-31T23:59:59-01:00"',
    '253402300800000',
    '"12024-03-11"',
    '"at 2024-03-11T00:00:30Z"',
  ])('%s is none', (text) => {
    expect(readTime(parseJson(text))).toBeUndefined();
  });

  test.each(['2024-03-11T00:00:30', '2024-03-11T00:00:30Z', '2024-03-11T00:00:30 UTC'])(
    '%s is in UTC, wherever the machine stands that reads it',
    (text) => {
      const parse = jest.spyOn(Date, 'parse');
      readTime(text);
      expect(parse).toHaveBeenCalledWith('2024-03-11T00:00:30Z');
      parse.mockRestore();
    },
  );

  test('whatever it is, it is a time that can be written in four digits of a year, or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double(),
          fc.nat(),
          fc.date().map(String),
          fc.date().map((date) => date.getTime()),
        ),
        (value) => {
          const time = readTime(value);
          if (time !== undefined) expect(time.toISOString()).toMatch(/^\d{4}-/);
        },
      ),
    );
  });
});
