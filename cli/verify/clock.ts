import { CliError } from '../cli-error.ts';
import type { Capture } from './capture.ts';

/** The time of receipt, and where it comes from. */
export interface Clock {
  readonly receivedAt: Date;
  readonly from: 'option' | 'capture' | 'now';
}

/**
 * The clock that a capture is checked by: the option, the time in the capture, or now.
 *
 * @throws {CliError} for an option that is no time.
 */
export const clockOf = (option: string | undefined, { capturedAt }: Capture, now: Date): Clock => {
  if (option !== undefined) return { receivedAt: readIsoTime(option), from: 'option' };
  return capturedAt === undefined
    ? { receivedAt: now, from: 'now' }
    : { receivedAt: capturedAt, from: 'capture' };
};

const readIsoTime = (text: string): Date => {
  const ms = /^\d{4}-\d\d-\d\d(?:T\S+)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return new Date(ms);
  throw new CliError(
    'usage',
    `--received-at must be a time in ISO 8601, such as 2026-11-22T06:00:00Z, but is "${text}"`,
  );
};

/** What a report says of it. */
export const clockText = ({ receivedAt, from }: Clock): string =>
  `${receivedAt.toISOString()}, ${FROM[from]}`;

const FROM: Readonly<Record<Clock['from'], string>> = {
  option: 'as given',
  capture: 'the time in the capture',
  now: 'the current time (--received-at sets another)',
};
