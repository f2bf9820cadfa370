import { altovizApi } from '../../lambdas/providers/altoviz/api.ts';
import { augustusApi } from '../../lambdas/providers/augustus/api.ts';
import { avazaApi } from '../../lambdas/providers/avaza/api.ts';
import type { ProviderName } from '../../lambdas/providers/index.ts';
import { ivvyApi } from '../../lambdas/providers/ivvy/api.ts';
import { ivyApi } from '../../lambdas/providers/ivy/api.ts';
import type { SubscribableProvider } from '../../lambdas/providers/shared/api/subscription-api.ts';

/** Not part of the `Provider`s, so that no function's bundle contains them. Undefined for a provider without such an API. */
const PROVIDER_APIS: Readonly<Record<ProviderName, SubscribableProvider | undefined>> = {
  ivvy: ivvyApi,
  ivy: ivyApi,
  augustus: augustusApi,
  altoviz: altovizApi,
  avaza: avazaApi,
  'standard-webhooks': undefined,
  hmac: undefined,
  'public-key': undefined,
  jwt: undefined,
  token: undefined,
  sns: undefined,
};

/** The client for a provider's subscriptions; undefined where there is none. */
export const subscribableProvider = (name: string): SubscribableProvider | undefined =>
  Object.hasOwn(PROVIDER_APIS, name) ? PROVIDER_APIS[name as ProviderName] : undefined;
