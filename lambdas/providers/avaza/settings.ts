import type * as z from 'zod/mini';
import { commonSettings, secretSettings, settingsObject } from '../common-settings.ts';

/** What a source of Avaza is configured with. Its secret is the `secret` of its webhook subscriptions, the same for all of them. */
export const avazaSettings = settingsObject({ ...commonSettings, ...secretSettings });

/** As it is written down: what has a default may be left out. */
export type AvazaOptions = z.input<typeof avazaSettings>;

export type AvazaSettings = z.infer<typeof avazaSettings>;
