import { isIP } from 'node:net';
import * as v from 'valibot';
import { type Entries, messageOfMissing } from '../../core/missing-entry.ts';
import { unknownName } from '../../core/unknown-name.ts';

/** The settings that all providers share. */
export interface CommonSettings {
  readonly sourceIps?: readonly string[] | undefined;
  readonly events?: readonly string[] | undefined;
  readonly rotationGrace?: number | undefined;
  readonly rejected?: { readonly keep?: number | false | undefined } | undefined;
}

const DAY = 24 * 60 * 60;

/** The longest time that rejected deliveries can be kept, in seconds. */
export const MAX_KEEP = 14 * DAY;

/** A strict object of settings. An unknown name is reported with the nearest known one. */
export const settingsObject = <Settings extends Entries>(entries: Settings) =>
  v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? unknownName(String(issue.path?.at(-1)?.key), Object.keys(entries))
      : (messageOfMissing(entries, issue) ?? 'must be an object'),
  );

const SHOULD_BE_ADDRESS = 'must be an IP address or a CIDR block, such as "20.23.10.180"';
const SHOULD_LIST_ADDRESSES = 'must be a list of IP addresses or CIDR blocks, such as ["20.23.10.180"]';

const SHOULD_LIST_EVENTS = 'must be a list of patterns of events, such as ["company.*", "booking.created"]';

const SHOULD_BE_KEEP = 'must be a number of seconds, from an hour (3600) to 14 days (1209600), or false';

/** Part of every provider's settings. */
export const commonSettings = {
  /** The addresses that deliveries may come from, as IPs or CIDR blocks. Default: any. */
  sourceIps: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(SHOULD_BE_ADDRESS), v.check(isAddress, SHOULD_BE_ADDRESS)),
        SHOULD_LIST_ADDRESSES,
      ),
      v.minLength(1, 'must list at least one address; leave it out to allow any'),
    ),
  ),

  /**
   * The events that the source lets in: a list of patterns, `<entity>.<action>` with `*` for a whole part (`company.*`,
   * `*.created`, `*`), and of the provider's own names (`RoomRatesUpdated`). Any other event of the catalogue is verified,
   * answered with 200 and counted, and can't be had again. A name that the catalogue doesn't list always comes in. Default: all.
   */
  events: v.optional(
    v.pipe(
      v.custom<readonly string[]>(Array.isArray, SHOULD_LIST_EVENTS),
      v.check(
        (events) => events.length > 0,
        'must list at least one pattern; leave it out to let all events in',
      ),
      v.check(
        (events) => events.every((event) => typeof event === 'string'),
        'must be a list of patterns as strings, such as ["company.*", "booking.created"]',
      ),
    ),
  ),

  /** What becomes of rejected deliveries: docs/rejected.md. */
  rejected: v.optional(
    settingsObject({
      /** How long they are kept, so that they can be checked again, in seconds; `false` keeps none. Default: 7 days. */
      keep: v.optional(
        v.union(
          [v.literal(false), v.pipe(v.number(), v.integer(), v.minValue(60 * 60), v.maxValue(MAX_KEEP))],
          SHOULD_BE_KEEP,
        ),
      ),
    }),
  ),
} as const;

/** How long rejected deliveries are kept, in seconds; undefined if none is. */
export const keepsRejected = ({ rejected: { keep = 7 * DAY } = {} }: CommonSettings): number | undefined =>
  keep === false ? undefined : keep;

const SHOULD_BE_SECONDS = 'must be a number of seconds';

export const seconds = v.pipe(v.number(SHOULD_BE_SECONDS), v.finite(SHOULD_BE_SECONDS));

/** Part of the settings of every provider with a secret. */
export const secretSettings = {
  /** How long the previous secret is accepted after a rotation, in seconds. Default: 7 days. */
  rotationGrace: v.optional(v.pipe(seconds, v.minValue(0, 'must not be negative')), 7 * 24 * 60 * 60),
} as const;

/** The shortest window of repeats, in seconds. */
export const MIN_REPEAT_WINDOW = 60 * 60;

/** Part of the settings of every provider whose events may have no id. */
export const repeatSettings = {
  /**
   * For how long a delivery without an id counts as a repeat of one that said the same, in seconds: at least an hour.
   * Default: until the provider's longest documented retry, or 4 days if it does not document that.
   */
  repeatWindow: v.optional(
    v.pipe(
      seconds,
      v.minValue(MIN_REPEAT_WINDOW, 'must be at least an hour (3600 seconds)'),
      v.maxValue(365 * 24 * 60 * 60, 'must be at most a year (31536000 seconds)'),
    ),
  ),
} as const;

/** Part of the settings of every provider with a signed timestamp. */
export const toleranceSetting = v.pipe(
  seconds,
  v.minValue(1, 'must be at least 1 second'),
  v.maxValue(24 * 60 * 60, 'must be at most a day (86400 seconds)'),
);

/** The default tolerance of the signed timestamp, in seconds, as in the libraries of Standard Webhooks. */
export const DEFAULT_TOLERANCE = 5 * 60;

function isAddress(text: string): boolean {
  const [base = '', prefix, ...rest] = text.split('/');
  const bits = isIP(base) === 6 ? 128 : 32;
  if (isIP(base) === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
