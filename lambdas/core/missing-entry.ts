import type * as v from 'valibot';

/** The entries of an object schema. The `message` of a required entry says what it must be. */
export type Entries = Readonly<
  Record<string, v.GenericSchema & { readonly message?: v.ErrorMessage<never> | undefined }>
>;

/**
 * The message for a missing entry: the same as for a wrong one. valibot itself uses the message of the whole object.
 *
 * @returns undefined if the issue is not about one of these entries.
 */
export const messageOfMissing = (entries: Entries, { path }: v.BaseIssue<unknown>): string | undefined => {
  const name = path?.at(-1)?.key;
  if (typeof name !== 'string' || !Object.hasOwn(entries, name)) return undefined;
  const message = entries[name]?.message;
  return typeof message === 'string' ? message : undefined;
};
