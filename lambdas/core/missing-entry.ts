import type * as v from 'valibot';

/** The entries of an object's schema, by name. One that has to be there says in its `message` what it should be. */
export type Entries = Readonly<
  Record<string, v.GenericSchema & { readonly message?: v.ErrorMessage<never> | undefined }>
>;

/**
 * What to say of an entry that is missing: what is said of a wrong one. valibot lets the object's schema speak for it, in
 * which an entry is one of many.
 *
 * @returns undefined where the issue is about no entry of these.
 */
export const messageOfMissing = (entries: Entries, { path }: v.BaseIssue<unknown>): string | undefined => {
  const name = path?.at(-1)?.key;
  if (typeof name !== 'string' || !Object.hasOwn(entries, name)) return undefined;
  const message = entries[name]?.message;
  return typeof message === 'string' ? message : undefined;
};
