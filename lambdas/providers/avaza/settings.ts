import type * as v from 'valibot';
import { commonSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/** What a source of Avaza is configured with. Its secret is the `secret` of its webhook subscriptions, the same for all of them. */
export const avazaSettings = settingsObject({ ...commonSettings, ...secretSettings });

/** As it is written down: what has a default may be left out. */
export type AvazaOptions = v.InferInput<typeof avazaSettings>;

export type AvazaSettings = v.InferOutput<typeof avazaSettings>;
