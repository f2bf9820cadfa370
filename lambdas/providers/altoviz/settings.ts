import * as v from 'valibot';
import { commonSettings, repeatSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/** The secret is the `secretKey` of the registered webhook. */
export const altovizSettings = settingsObject({
  ...commonSettings,
  ...secretSettings,
  ...repeatSettings,

  /**
   * The encoding of the signature: `hex` or `base64`. Altoviz doesn't document it. A metric counts the encodings received,
   * so that you can set the right one. Default: either.
   */
  signatureEncoding: v.optional(
    v.picklist(['hex', 'base64'], 'must be "hex" or "base64"; leave it out to take either'),
  ),
});

export type AltovizOptions = v.InferInput<typeof altovizSettings>;
export type AltovizSettings = v.InferOutput<typeof altovizSettings>;
