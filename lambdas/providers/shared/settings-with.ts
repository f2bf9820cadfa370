import * as v from 'valibot';
import type { Entries } from '../../core/missing-entry.ts';
import { settingsObject } from './common-settings.ts';

/** The settings that entries give. */
export type SettingsOf<E extends Entries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>;

/** What is wrong with settings as a whole: the setting, and what it must be. */
export type Fault = readonly [setting: string, fault: string];

/** Settings whose faults as a whole are reported with the setting that they are about. */
export const settingsWith = <E extends Entries>(
  entries: E,
  faultsOf: (settings: SettingsOf<E>) => readonly Fault[],
) =>
  v.pipe(
    settingsObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value as Readonly<Record<string, unknown>>;
      for (const [key, message] of faultsOf(dataset.value as SettingsOf<E>)) {
        addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
      }
    }),
  );

/** A fault, if the condition holds. */
export const when = (condition: boolean, setting: string, fault: string): readonly Fault[] =>
  condition ? [[setting, fault]] : [];
