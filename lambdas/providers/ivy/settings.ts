import * as v from 'valibot';
import { commonSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/** The secret is the Webhook Signing Secret in Ivy's dashboard. Ivy documents its addresses, for `sourceIps`. */
export const ivySettings = settingsObject({
  ...commonSettings,
  ...secretSettings,

  /**
   * How the secret encodes the key: `utf8`, plain text, as in Ivy's examples; `whsec`, base64 after `whsec_`. Ivy doesn't
   * document which one applies to a secret with that prefix. Default: `utf8`.
   */
  secretEncoding: v.optional(
    v.picklist(
      ['utf8', 'whsec'],
      'must be "utf8" (the secret as it is) or "whsec" (decoded from behind whsec_)',
    ),
    'utf8',
  ),
});

export type IvyOptions = v.InferInput<typeof ivySettings>;
export type IvySettings = v.InferOutput<typeof ivySettings>;
