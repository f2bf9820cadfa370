import { type ProviderName, providers } from './index.ts';

/** The names of the providers, in the order of the registry. */
export const PROVIDER_NAMES = Object.keys(providers) as readonly ProviderName[];
