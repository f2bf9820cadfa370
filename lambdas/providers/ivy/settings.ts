import * as v from 'valibot';
import { commonSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/**
 * What a source of Ivy is configured with. Its secret is the Webhook Signing Secret of Ivy's dashboard. The addresses that
 * Ivy lists for production and sandbox belong into `sourceIps`.
 */
export const ivySettings = settingsObject({
  ...commonSettings,
  ...secretSettings,

  /**
   * What the secret stands for: `utf8`, the text as it is, as in Ivy's own examples; `whsec`, the bytes behind `whsec_` in
   * base64. Ivy doesn't say which holds for a secret that begins so. Default: `utf8`.
   */
  secretEncoding: v.optional(
    v.picklist(
      ['utf8', 'whsec'],
      'must be "utf8" (the secret as it is) or "whsec" (decoded from behind whsec_)',
    ),
    'utf8',
  ),
});

/** As it is written down: what has a default may be left out. */
export type IvyOptions = v.InferInput<typeof ivySettings>;

export type IvySettings = v.InferOutput<typeof ivySettings>;
