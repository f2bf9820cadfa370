import * as v from 'valibot';

/** One configured connection to a provider. What is secret about it is kept in Secrets Manager, never here. */
export interface Source<Settings = unknown> {
  readonly name: string;
  readonly provider: string;
  readonly settings: Settings;
}

/**
 * What a source may be called: the name stands in its route, its function's name, its secret's name and each event key.
 * Lower-case letters, digits and single hyphens, 32 characters at most.
 */
export const SOURCE_NAME = /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks a source's settings against its provider's schema, at synthesis and again when the function starts.
 *
 * @throws {Error} that names the source, the setting and what would be right.
 */
export const parseSettings = <Settings>(
  schema: v.GenericSchema<unknown, Settings>,
  source: string,
  settings: unknown,
): Settings => {
  // To valibot a list is an object.
  const { success, output, issues } = v.safeParse(schema, Array.isArray(settings) ? undefined : settings);
  if (success) return output;
  const faults = issues.map((issue) => `${v.getDotPath(issue) ?? 'settings'}: ${issue.message}`);
  throw new Error(`Source "${source}": ${faults.join('; ')}`);
};
