import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTime, writeTime } from '../../../cli/events/time.ts';

const NOW = new Date('2026-11-22T06:00:00.000Z');
const read = (text: string) => readTime(text, '--since', NOW);

describe('a time of the command line', () => {
  test.each([
    ['90s', '2026-11-22T05:58:30.000Z'],
    ['30m', '2026-11-22T05:30:00.000Z'],
    ['2h', '2026-11-22T04:00:00.000Z'],
    ['7d', '2026-11-15T06:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T05:30', '2026-11-22T05:30:00.000Z'],
    ['2026-11-22T05:30Z', '2026-11-22T05:30:00.000Z'],
    ['2026-11-22T05:30:01.5Z', '2026-11-22T05:30:01.500Z'],
    ['2026-11-22T05:30+01:00', '2026-11-22T04:30:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(read(text)).toBe(time);
  });

  test.each([
    '',
    'yesterday',
    '2 h',
    '-2h',
    '2w',
    '2026',
    '2026-13-01',
    '2026-11-22 05:30',
    '1e3s',
    '99999999999999d',
  ])('%j is refused with what would be right', (text) => {
    expect(() => read(text)).toThrow(`--since is "${text}"; it must be a duration such as 30m`);
  });

  test('that was written once is read as the same', () => {
    const date = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        expect(read(time.toISOString())).toBe(time.toISOString());
        expect(read(writeTime(time).replace(' ', 'T'))).toBe(`${time.toISOString().slice(0, 19)}.000Z`);
      }),
    );
  });
});
