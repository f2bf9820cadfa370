import { AVAZA_FORGERIES, GENUINE_AVAZA } from './forged-avaza.ts';
import { GENERIC_FORGERIES, GENUINE_GENERIC } from './forged-generic.ts';
import { GENUINE_HMAC, HMAC_FORGERIES } from './forged-hmac.ts';
import { GENUINE_SNS, SNS_FORGERIES } from './forged-sns.ts';
import { GENUINE_STANDARD_WEBHOOKS, STANDARD_WEBHOOKS_FORGERIES } from './forged-standard-webhooks.ts';
import type { Forgery, Genuine } from './forgery.ts';

/** Every forged delivery of every table. */
export const FORGERIES: readonly Forgery[] = [
  ...SNS_FORGERIES,
  ...HMAC_FORGERIES,
  ...STANDARD_WEBHOOKS_FORGERIES,
  ...AVAZA_FORGERIES,
  ...GENERIC_FORGERIES,
];

/** Every genuine one. */
export const GENUINE: readonly Genuine[] = [
  ...GENUINE_SNS,
  ...GENUINE_HMAC,
  ...GENUINE_STANDARD_WEBHOOKS,
  ...GENUINE_AVAZA,
  ...GENUINE_GENERIC,
];
