import * as v from 'valibot';
import { commonSettings, DEFAULT_TOLERANCE, secretSettings, toleranceSetting } from './common-settings.ts';

/** Part of the settings of every provider that follows Standard Webhooks. */
export const signingSettings = {
  ...commonSettings,
  ...secretSettings,

  /** The tolerance of `webhook-timestamp`, which is set at each attempt, in seconds. Default: 5 minutes. */
  tolerance: v.optional(toleranceSetting, DEFAULT_TOLERANCE),
} as const;
