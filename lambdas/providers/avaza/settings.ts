import type * as v from 'valibot';
import { commonSettings, repeatSettings, secretSettings, settingsObject } from '../shared/common-settings.ts';

/** The secret is the `secret` of all its webhook subscriptions. */
export const avazaSettings = settingsObject({ ...commonSettings, ...secretSettings, ...repeatSettings });

export type AvazaOptions = v.InferInput<typeof avazaSettings>;
export type AvazaSettings = v.InferOutput<typeof avazaSettings>;
