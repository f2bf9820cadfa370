import { Rejection } from '../core/rejection.ts';
import type { SecretCheck } from '../providers/shared/secret-check.ts';

/** What a new source's secret holds until it is set. */
export const PLACEHOLDER_SECRET = 'replace-me-with-the-secret-of-the-provider';

/** A secret as Secrets Manager keeps it. */
export interface SecretVersions {
  /** `AWSCURRENT` */
  readonly current: string;
  /** When it became the current one. */
  readonly rotatedAt: Date;
  /** `AWSPREVIOUS` */
  readonly previous?: string | undefined;
}

/** What is remembered for so long is used without asking. */
const FRESH_MS = 5 * 60_000;
/** What is remembered for so long and doesn't fit is asked for again: a rotation takes effect at once, and forgeries can't make more than two calls a minute. */
export const RECHECK_MS = 30_000;
const MIN_LENGTH = 16;

/**
 * Checks against the secrets that a source accepts, remembering them between deliveries.
 *
 * @param load asks Secrets Manager.
 * @param rotationGrace how long the previous secret is accepted after a rotation, in seconds.
 * @param now the clock, in ms.
 */
export const rememberedSecrets = (
  load: () => Promise<SecretVersions>,
  rotationGrace: number,
  now: () => number = Date.now,
): SecretCheck => {
  let remembered: { readonly versions: SecretVersions; readonly at: number } | undefined;

  let askedAt = Number.NEGATIVE_INFINITY;
  /** Why nothing newer than what is remembered could be had; undefined where the last asking went well. */
  let unavailable: Rejection | undefined;

  /** If the clock was set back, ask again: a needless request costs less than a rejected delivery. */
  const isYounger = (at: number, ms: number): boolean => now() >= at && now() - at < ms;

  const versions = async (maxAgeMs: number): Promise<SecretVersions> => {
    const isGoodEnough = remembered !== undefined && isYounger(remembered.at, maxAgeMs);
    if (remembered !== undefined && (isGoodEnough || isYounger(askedAt, RECHECK_MS)))
      return remembered.versions;
    askedAt = now();
    try {
      remembered = { versions: await load(), at: askedAt };
      unavailable = undefined;
    } catch (cause) {
      unavailable = new Rejection('secret-unavailable', 'GetSecretValue failed', { cause });
      // An older answer is better than none: Secrets Manager being away must not cost a delivery.
      if (remembered === undefined) throw unavailable;
    }
    return remembered.versions;
  };

  const accepted = ({ current, previous, rotatedAt }: SecretVersions): readonly string[] => {
    const inGrace = now() - rotatedAt.getTime() < rotationGrace * 1000;
    return [current, ...(previous !== undefined && inGrace ? [previous] : [])].filter(isSet);
  };

  return async (passes) => {
    const secrets = accepted(await versions(FRESH_MS));
    if (secrets.some(passes)) return true;
    const again = await versions(RECHECK_MS);
    if (accepted(again).some(passes)) return true;
    // Not the sender's fault while there is nothing to check against: it is to come again. Nor while there may be a newer
    // secret that could not be asked for.
    if (!isSet(again.current)) {
      throw new Rejection('secret-unset', 'the secret is the placeholder or shorter than 16 characters');
    }
    if (unavailable !== undefined) throw unavailable;
    return false;
  };
};

const isSet = (secret: string): boolean => secret !== PLACEHOLDER_SECRET && secret.length >= MIN_LENGTH;
