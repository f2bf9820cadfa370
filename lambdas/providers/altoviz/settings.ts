import * as v from 'valibot';
import { commonSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/** What a source of Altoviz is configured with. Its secret is the `secretKey` of the registered webhook. */
export const altovizSettings = settingsObject({
  ...commonSettings,
  ...secretSettings,

  /**
   * How the signature is written: `hex` or `base64`. Altoviz doesn't document it; the encodings met are counted, so that
   * it can be pinned. Default: either.
   */
  signatureEncoding: v.optional(
    v.picklist(['hex', 'base64'], 'must be "hex" or "base64"; leave it out to take either'),
  ),
});

/** As it is written down: what has a default may be left out. */
export type AltovizOptions = v.InferInput<typeof altovizSettings>;

export type AltovizSettings = v.InferOutput<typeof altovizSettings>;
