import { parseSettings, type Source } from '../core/source.ts';
import { isSet, rememberedSecrets, type SecretVersions, whyUnset } from '../ingest/secrets.ts';
import { secretsManager } from '../ingest/secrets-manager.ts';
import { sourceAddresses } from '../ingest/source-addresses.ts';
import { providers } from '../providers/index.ts';
import { innerSignatureCheck } from '../providers/ivvy/inner-signature.ts';
import { createIvvy } from '../providers/ivvy/ivvy.ts';
import { createJwt } from '../providers/jwt/jwt.ts';
import { hasSecret, type Provider } from '../providers/provider.ts';
import type { CommonSettings } from '../providers/shared/common-settings.ts';
import { inTodaysForm } from '../providers/shared/former-settings.ts';
import { outsideOfTrace } from '../providers/shared/sns/explain-sns.ts';
import { createSns } from '../providers/sns/sns.ts';
import { verifyJwt } from '../verification/schemes/jwt.ts';
import type { SecretCheck } from '../verification/secret-check.ts';
import type { GivenSecret } from '../verification/trace/describe.ts';

type AnyProvider = Provider<CommonSettings>;

/** Those that verify: the registry's `jwt` verifies nothing. */
const VERIFYING = { ...providers, jwt: createJwt(verifyJwt) } as unknown as Readonly<
  Record<string, AnyProvider>
>;

/** Those that change nothing outside: a confirmation is checked, and not requested. */
const HARMLESS = {
  ...VERIFYING,
  ivvy: createIvvy({ ...outsideOfTrace(true), checkInner: innerSignatureCheck() }),
  sns: createSns(outsideOfTrace(true)),
} as unknown as Readonly<Record<string, AnyProvider>>;

/** The providers whose handshake is confirmed by a request to them. Others wait for an answer, which comes too late. */
const CONFIRMED_BY_REQUEST: ReadonlySet<string> = new Set(['ivvy', 'sns']);

/** A source as it is today. */
export interface SourceGate {
  readonly source: Source<CommonSettings>;
  readonly confirmsByRequest: boolean;
  /** @param isTrial whether nothing outside may change. */
  provider(isTrial: boolean): AnyProvider;
  admits(address: string): boolean;
  readonly secrets: SecretCheck;
  /** The secrets that the source accepts. */
  givenSecrets(): Promise<GivenSecrets>;
}

/** The secrets of a source for a trace. */
export interface GivenSecrets {
  readonly secrets: readonly GivenSecret[];
  /** Why the current one is unset. Absent if it is set, or the source has none. */
  readonly unset?: string;
}

/** Loads the secret of a source. */
export type LoadSecret = (source: string) => Promise<SecretVersions>;

/** @param prefix of the names of secrets. */
export const secretsOf =
  (prefix: string): LoadSecret =>
  (source) =>
    secretsManager(`${prefix}/${source}`)();

/**
 * Opens a source. Its secrets are read once for each one that is opened: an invocation must not go by those of an earlier
 * one.
 *
 * @throws {Error} if its settings are invalid.
 */
export const openSource = (source: Source, load: LoadSecret): SourceGate => {
  const verifying = VERIFYING[source.provider];
  if (verifying === undefined) throw new Error(`${source.provider} is not a provider`);
  const settings = parseSettings(verifying.settings, source.name, inTodaysForm(source.settings));
  const { rotationGrace = 0 } = settings;
  const hasOne = hasSecret(verifying, settings);
  const loaded = () => load(source.name);
  return {
    source: { ...source, settings },
    confirmsByRequest: CONFIRMED_BY_REQUEST.has(source.provider),
    provider: (isTrial) => (isTrial ? HARMLESS : VERIFYING)[source.provider] as AnyProvider,
    admits: sourceAddresses(settings.sourceIps),
    secrets: hasOne ? rememberedSecrets(loaded, rotationGrace) : async () => false,
    givenSecrets: async () => (hasOne ? given(await loaded(), rotationGrace) : { secrets: [] }),
  };
};

const given = (versions: SecretVersions, rotationGrace: number): GivenSecrets => {
  const { current, previous, rotatedAt } = versions;
  const unset = whyUnset(versions);
  const isInGrace = Date.now() - rotatedAt.getTime() < rotationGrace * 1000;
  const secrets = [
    { version: 'current' as const, text: current },
    ...(previous !== undefined && isInGrace ? [{ version: 'previous' as const, text: previous }] : []),
  ].filter(({ text }) => isSet(text));
  return { secrets, ...(unset !== undefined && { unset }) };
};
