import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Rejection } from '../../core/rejection.ts';
import { outgoingGet } from '../../runtime/outgoing-get.ts';

/** A set is read anew after this time. */
const FRESH_MS = 10 * 60_000;
/** At most one question in this time, whatever the tokens say. */
const ASK_AGAIN_MS = 30_000;
/** A large set has some ten keys of 2 KB. */
const LIMITS = { timeoutMs: 3_000, maxBytes: 64 * 1024 } as const;

interface Known {
  readonly keys: JWTVerifyGetKey;
  readonly at: number;
}

/**
 * The keys at a pinned URL, cached between deliveries. They are used for as long as the URL can't be reached. An unknown key
 * id causes one question in 30 seconds.
 *
 * @param get Default: an https request that follows no redirect.
 */
export const publishedKeys = (
  url: URL,
  get: typeof outgoingGet = outgoingGet,
  now: () => number = Date.now,
): JWTVerifyGetKey => {
  let known: Known | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  /** The error of the last question; undefined if it was answered. */
  let unavailable: unknown;

  /** Asks again if the clock was set back. */
  const isYounger = (at: number, ms: number): boolean => now() >= at && now() - at < ms;

  const keysYoungerThan = async (ms: number): Promise<Known> => {
    if (known !== undefined && (isYounger(known.at, ms) || isYounger(askedAt, ASK_AGAIN_MS))) return known;
    if (isYounger(askedAt, ASK_AGAIN_MS)) throw keyUnavailable(unavailable);
    askedAt = now();
    try {
      known = { keys: await fetchKeys(url, get), at: now() };
      unavailable = undefined;
    } catch (cause) {
      unavailable = cause;
      if (known === undefined) throw keyUnavailable(cause);
    }
    return known;
  };

  return async (header, token) => {
    const { keys } = await keysYoungerThan(FRESH_MS);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw faultOf(error);
      const again = await keysYoungerThan(ASK_AGAIN_MS);
      try {
        return await again.keys(header, token);
      } catch (stillUnknown) {
        // A newer key may be there: the sender is to come again.
        if (unavailable !== undefined) throw keyUnavailable(unavailable);
        throw faultOf(stillUnknown);
      }
    }
  };
};

const fetchKeys = async (url: URL, get: typeof outgoingGet): Promise<JWTVerifyGetKey> => {
  const { status, text } = await get(url, LIMITS);
  if (status !== 200) throw new Error(`the key set was answered with ${status}`);
  const set = JSON.parse(text);
  // A mistake at the sender's: the keys that were read before stay in use.
  if (Array.isArray(set.keys) && set.keys.length === 0) throw new Error('the key set is empty');
  return createLocalJWKSet(set);
};

/** What the token is to blame for; otherwise it is the key that it names. */
const faultOf = (error: unknown): unknown =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported
    ? error
    : keyUnavailable(error);

const keyUnavailable = (cause: unknown) =>
  new Rejection('key-unavailable', 'the published keys are unavailable or invalid', { cause });
