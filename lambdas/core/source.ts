import * as v from 'valibot';

/** One configured connection to a provider. Its secret is in Secrets Manager, never here. */
export interface Source<Settings = unknown> {
  readonly name: string;
  readonly provider: string;
  readonly settings: Settings;
}

/** A source's name, which is part of its route, the names of its function and secret, and each event key. */
export const SOURCE_NAME = /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks a source's settings against its provider's schema, at synthesis and again when the function starts.
 *
 * @throws {Error} naming the source, the setting and what is allowed.
 */
export const parseSettings = <Settings>(
  schema: v.GenericSchema<unknown, Settings>,
  source: string,
  settings: unknown,
): Settings => {
  // valibot accepts a list as an object.
  const { success, output, issues } = v.safeParse(schema, Array.isArray(settings) ? undefined : settings);
  if (success) return output;
  const faults = issues.map((issue) => `${v.getDotPath(issue) ?? 'settings'}: ${issue.message}`);
  throw new Error(`Source "${source}": ${faults.join('; ')}`);
};
