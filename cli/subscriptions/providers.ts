import { altoviz } from './altoviz.ts';
import { augustus } from './augustus.ts';
import { avaza } from './avaza.ts';
import { ivvy } from './ivvy.ts';
import { ivy } from './ivy.ts';
import type { SubscribableProvider } from './subscription-api.ts';

/** The providers with an API for subscriptions, by name. Adding one is adding a file and a line here. */
const PROVIDERS: Readonly<Record<string, SubscribableProvider>> = { ivvy, ivy, augustus, altoviz, avaza };

/** The API of the provider of that name; undefined where it has none that Gatepost knows. */
export const subscribableProvider = (name: string): SubscribableProvider | undefined =>
  Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
