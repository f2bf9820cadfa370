import type * as v from 'valibot';
import { settingsObject } from '../shared/common-settings.ts';
import { signingSettings } from '../shared/signing-settings.ts';

/** The secret is the `whsec_…` of the webhook subscription. */
export const augustusSettings = settingsObject(signingSettings);

export type AugustusOptions = v.InferInput<typeof augustusSettings>;
export type AugustusSettings = v.InferOutput<typeof augustusSettings>;
