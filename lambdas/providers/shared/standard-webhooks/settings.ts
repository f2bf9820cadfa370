import * as v from 'valibot';
import { commonSettings, DEFAULT_TOLERANCE, secretSettings, toleranceSetting } from '../common-settings.ts';

/** Part of the settings of every provider that signs by Standard Webhooks. */
export const signingSettings = {
  ...commonSettings,
  ...secretSettings,

  /** How far off `webhook-timestamp` may be, back and ahead, in seconds. It is renewed with each attempt. Default: 5 minutes. */
  tolerance: v.optional(toleranceSetting, DEFAULT_TOLERANCE),
} as const;
