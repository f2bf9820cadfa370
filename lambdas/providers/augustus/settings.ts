import type * as v from 'valibot';
import { settingsObject } from '../shared/common-settings.ts';
import { signingSettings } from '../shared/standard-webhooks/settings.ts';

/** What a source of Augustus is configured with. Its secret is the `whsec_…` of the webhook subscription. */
export const augustusSettings = settingsObject(signingSettings);

/** As it is written down: what has a default may be left out. */
export type AugustusOptions = v.InferInput<typeof augustusSettings>;

export type AugustusSettings = v.InferOutput<typeof augustusSettings>;
