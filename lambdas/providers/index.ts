import type * as v from 'valibot';
import { altoviz } from './altoviz/altoviz.ts';
import { augustus } from './augustus/augustus.ts';
import { avaza } from './avaza/avaza.ts';
import { hmac } from './hmac/hmac.ts';
import { ivvy } from './ivvy/ivvy.ts';
import { ivy } from './ivy/ivy.ts';
import type { Provider } from './provider.ts';
import { standardWebhooks } from './standard-webhooks/standard-webhooks.ts';

/** Every provider that Gatepost knows. docs/adding-a-provider.md says how to add one. */
export const providers = {
  ivvy,
  ivy,
  augustus,
  altoviz,
  avaza,
  'standard-webhooks': standardWebhooks,
  hmac,
} as const;

export type ProviderName = keyof typeof providers;

/** What a source of the provider may be configured with, as it is written down: what has a default may be left out. */
export type OptionsOf<Name extends ProviderName> = v.InferInput<(typeof providers)[Name]['settings']>;

/**
 * The provider of that name.
 *
 * @throws {Error} where there is none.
 */
export const providerNamed = (name: string): Provider<never> => {
  if (!Object.hasOwn(providers, name)) {
    throw new Error(`"${name}" is no provider; these are: ${Object.keys(providers).join(', ')}`);
  }
  return providers[name as ProviderName] as Provider<never>;
};
