import { Rejection } from '../core/rejection.ts';
import type { SecretCheck } from '../verification/secret-check.ts';

/** The initial value of a new source's secret. */
export const PLACEHOLDER_SECRET = 'replace-me-with-the-secret-of-the-provider';

/** A secret as Secrets Manager keeps it. */
export interface SecretVersions {
  /** `AWSCURRENT` */
  readonly current: string;
  /** Why the current version holds no secret, for the log. */
  readonly fault?: string;
  /** When it became the current one. */
  readonly rotatedAt: Date;
  /** `AWSPREVIOUS` */
  readonly previous?: string | undefined;
}

/** The cached secrets, and when they were read. */
interface Remembered extends SecretVersions {
  readonly at: number;
}

/** The cached current secret is used without a reload for this long. */
export const FRESH_MS = 5 * 60_000;
/**
 * Where the current secret does not match, secrets older than this are reloaded: a rotation takes effect within 30 seconds,
 * and so does the revocation of the previous secret. Forgeries, and deliveries signed with the previous secret, cause at most
 * two reloads a minute.
 */
export const RECHECK_MS = 30_000;
const MIN_LENGTH = 16;

/**
 * Checks against a source's secrets, and caches them between deliveries.
 *
 * @param load reads from Secrets Manager.
 * @param rotationGrace how long the previous secret is accepted after a rotation, in seconds.
 */
export const rememberedSecrets = (
  load: () => Promise<SecretVersions>,
  rotationGrace: number,
  now: () => number = Date.now,
): SecretCheck => {
  let remembered: Remembered | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  /** The error of the last load; undefined if it succeeded. */
  let unavailable: Rejection | undefined;

  /** Reloads if the clock was set back: a needless request costs less than a rejected delivery. */
  const isYounger = (at: number, ms: number): boolean => now() >= at && now() - at < ms;

  const versions = async (maxAgeMs: number): Promise<Remembered> => {
    const isGoodEnough = remembered !== undefined && isYounger(remembered.at, maxAgeMs);
    if (remembered !== undefined && (isGoodEnough || isYounger(askedAt, RECHECK_MS))) return remembered;
    askedAt = now();
    try {
      remembered = { ...(await load()), at: askedAt };
      unavailable = undefined;
    } catch (cause) {
      unavailable = new Rejection('secret-unavailable', 'GetSecretValue failed', { cause });
      // Use the cached secrets while Secrets Manager is unavailable.
      if (remembered === undefined) throw unavailable;
    }
    return remembered;
  };

  const accepted = ({ current, previous, rotatedAt, at }: Remembered): readonly string[] => {
    const inGrace = now() - rotatedAt.getTime() < rotationGrace * 1000;
    // The previous secret may have been revoked since. It is older than 30 seconds only while Secrets Manager is unavailable.
    const isRecent = isYounger(at, FRESH_MS);
    return [current, ...(previous !== undefined && inGrace && isRecent ? [previous] : [])].filter(isSet);
  };

  return async (passes) => {
    const { current } = await versions(FRESH_MS);
    if (isSet(current) && passes(current)) return true;
    const again = await versions(RECHECK_MS);
    if (accepted(again).some(passes)) return true;
    // Answer 503, so that the provider retries, if there is no secret or if a newer one could not be loaded.
    const unset = whyUnset(again);
    if (unset !== undefined) throw new Rejection('secret-unset', unset);
    if (unavailable !== undefined) throw unavailable;
    return false;
  };
};

/** Why the current version holds no secret, for the log; undefined if it does. */
export const whyUnset = ({ current, fault }: SecretVersions): string | undefined =>
  isSet(current)
    ? undefined
    : (fault ?? `the secret is the placeholder or shorter than ${MIN_LENGTH} characters`);

/** Whether a secret was set, and is long enough. */
export const isSet = (secret: string): boolean =>
  secret !== PLACEHOLDER_SECRET && secret.length >= MIN_LENGTH;
