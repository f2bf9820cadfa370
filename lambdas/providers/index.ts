import { altoviz } from './altoviz/altoviz.ts';
import { ivvy } from './ivvy/ivvy.ts';
import type { Provider } from './provider.ts';

/** Every provider that Gatepost knows. Adding one is adding a line here. */
export const providers = { ivvy, altoviz } as const;

export type ProviderName = keyof typeof providers;

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
