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
  const { output, faults } = readSettings(schema, settings);
  if (faults === undefined) return output;
  throw new Error(
    `Source "${source}": ${faults.map(([path, fault]) => `${path || 'settings'}: ${fault}`).join('; ')}`,
  );
};

type Read<Settings> =
  | { readonly output: Settings; readonly faults?: undefined }
  | { readonly output?: undefined; readonly faults: readonly (readonly [path: string, fault: string])[] };

/** Checks settings against a schema. Gives them with their defaults, or what is wrong with them and where. */
export const readSettings = <Settings>(
  schema: v.GenericSchema<unknown, Settings>,
  settings: unknown,
): Read<Settings> => {
  const { success, output, issues } = v.safeParse(schema, Array.isArray(settings) ? undefined : settings);
  if (!success) return { faults: issues.map((issue) => [v.getDotPath(issue) ?? '', issue.message]) };
  const list = listForObject(settings, output);
  return list === undefined ? { output } : { faults: [[list, 'must be an object']] };
};

/** valibot accepts a list as an object. Where one was given, its path. */
const listForObject = (given: unknown, read: unknown, path = ''): string | undefined => {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null)
    return undefined;
  if (Array.isArray(given) !== Array.isArray(read)) return path;
  return Object.entries(given)
    .map(([name, value]) =>
      listForObject(value, Reflect.get(read, name), path === '' ? name : `${path}.${name}`),
    )
    .find((found) => found !== undefined);
};
