import { CliError } from '../cli-error.ts';

/**
 * Reads the value of an option that is a time: a duration before now (`90s`, `30m`, `2h`, `7d`), or ISO 8601
 * (`2026-11-22`, `2026-11-22T05:30Z`), in UTC by default.
 *
 * @returns ISO 8601, UTC, with milliseconds.
 * @throws {CliError} where it is neither.
 */
export const readTime = (text: string, option: string, now: Date): string => {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? fromIso(text) : now.getTime() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(time) || Math.abs(time) > MAX_TIME)
    throw new CliError(
      'usage',
      `${option} is "${text}"; it must be a duration such as 30m, 2h or 7d, or a time such as 2026-11-22T05:30Z`,
    );
  return new Date(time).toISOString();
};

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The last second of the year 9999: later times have more digits, so they would be sorted wrongly as text. */
const MAX_TIME = Date.parse('9999-12-31T23:59:59Z');

const fromIso = (text: string): number => {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return Number.NaN;
  const hasZone = text.length === 'YYYY-MM-DD'.length || /(Z|[+-]\d\d:\d\d)$/.test(text);
  return Date.parse(hasZone ? text : `${text}Z`);
};

/** `2026-11-22 05:30:00`, UTC. */
export const writeTime = (time: string | Date): string =>
  new Date(time).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ');
