import type * as v from 'valibot';
import { altoviz } from './altoviz/altoviz.ts';
import { augustus } from './augustus/augustus.ts';
import { avaza } from './avaza/avaza.ts';
import { hmac } from './hmac/hmac.ts';
import { ivvy } from './ivvy/ivvy.ts';
import { ivy } from './ivy/ivy.ts';
import { jwt } from './jwt/jwt.ts';
import type { Provider } from './provider.ts';
import { publicKey } from './public-key/public-key.ts';
import { sns } from './sns/sns.ts';
import { standardWebhooks } from './standard-webhooks/standard-webhooks.ts';
import { token } from './token/token.ts';

/** Every provider. docs/adding-a-provider.md says how to add one. */
export const providers = {
  ivvy,
  ivy,
  augustus,
  altoviz,
  avaza,
  'standard-webhooks': standardWebhooks,
  hmac,
  'public-key': publicKey,
  jwt,
  token,
  sns,
} as const;

export type ProviderName = keyof typeof providers;

/** The options of a provider's source. Settings with a default are optional. */
export type OptionsOf<Name extends ProviderName> = v.InferInput<(typeof providers)[Name]['settings']>;

/** @throws {Error} for an unknown name. */
export const providerNamed = (name: string): Provider<never> => {
  if (!Object.hasOwn(providers, name)) {
    throw new Error(`"${name}" is not a provider; the providers are: ${Object.keys(providers).join(', ')}`);
  }
  return providers[name as ProviderName] as Provider<never>;
};
