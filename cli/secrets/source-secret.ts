import { randomBytes } from 'node:crypto';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { decodeSecret, SECRET_ENCODINGS, SECRET_FORMS } from '../../lambdas/providers/shared/secret-key.ts';
import { KEYS_FORM, readKeys } from '../../lambdas/providers/shared/standard-webhooks/keys.ts';
import type { DeployedSource } from '../deployment/deployment.ts';

/** As short as a secret may be: the functions take a shorter one for none. `lambdas/ingest/secrets.ts` */
const MIN_LENGTH = 16;
/** What Avaza takes at most. */
const MAX_LENGTH_AVAZA = 255;

/** Whether somebody has set the secret: the functions answer 503 until then. */
export const isSecretSet = (value: string): boolean =>
  value !== PLACEHOLDER_SECRET && value.length >= MIN_LENGTH;

/** What is wrong with a secret for a source, as a sentence; undefined where nothing is. */
export const faultOf = ({ provider, settings }: DeployedSource, value: string): string | undefined => {
  if (value === PLACEHOLDER_SECRET) return 'it is the placeholder that a new source has';
  if (value.length < MIN_LENGTH) return `it must be at least ${MIN_LENGTH} characters long`;
  if (provider === 'avaza' && !(value.length <= MAX_LENGTH_AVAZA && /^[\x20-\x7e]+$/.test(value)))
    return `it must be ASCII, ${MAX_LENGTH_AVAZA} characters at most`;
  if (provider === 'augustus' || provider === 'standard-webhooks')
    return readKeys(value) === undefined ? `it must be ${KEYS_FORM}` : undefined;
  const encoding = encodingOf(settings);
  return decodeSecret(value, encoding) === undefined ? `it must be ${SECRET_FORMS[encoding]}` : undefined;
};

/** The providers that make the secret themselves and give it out: one of our own would fit nothing. */
const GIVES_OUT: ReadonlySet<string> = new Set(['ivy', 'augustus']);

/**
 * A new secret for a source, of 32 random bytes.
 *
 * @returns undefined where the provider makes it.
 */
export const generateSecret = ({ provider, settings }: DeployedSource): string | undefined => {
  if (GIVES_OUT.has(provider)) return undefined;
  const bytes = randomBytes(32);
  // A user name and a colon before it make it fit for whoever takes Basic literally.
  if (provider === 'avaza') return `avaza:${bytes.toString('hex')}`;
  if (provider === 'standard-webhooks') return `whsec_${bytes.toString('base64')}`;
  const encoding = encodingOf(settings);
  if (encoding === 'whsec') return `whsec_${bytes.toString('base64')}`;
  return bytes.toString(encoding === 'base64' ? 'base64' : 'hex');
};

const encodingOf = (settings: unknown): (typeof SECRET_ENCODINGS)[number] => {
  const named =
    typeof settings === 'object' && settings !== null && 'secretEncoding' in settings
      ? settings.secretEncoding
      : undefined;
  return SECRET_ENCODINGS.find((encoding) => encoding === named) ?? 'utf8';
};
