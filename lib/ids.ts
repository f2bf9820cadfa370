import { SettingError } from './setting-error.ts';

/** `booking-note` -> `BookingNote`: how a name is spelled in the ids of the stack, which have no hyphens. */
export const toId = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * Checks that names stay apart when they are spelled as ids: "a-1" and "a1" would not.
 *
 * @param what the kind of thing that is named.
 * @throws {SettingError} that says which names are alike.
 */
export const checkDistinctIds = (what: string, names: readonly string[]): void => {
  for (const [id, alike] of Map.groupBy(names, toId)) {
    if (alike.length === 1) continue;
    const quoted = alike.map((name) => `"${name}"`).join(' and ');
    throw new SettingError(
      `More than one ${what} would be called ${id} in the stack: ${quoted}; one needs another name`,
    );
  }
};
