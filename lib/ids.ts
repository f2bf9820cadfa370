import { SettingError } from './setting-error.ts';

/** `booking-note` -> `BookingNote`, since ids in the stack have no hyphens. */
export const toId = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * Checks that names have distinct ids, unlike "a-1" and "a1".
 *
 * @param what the kind of names, for the message.
 * @throws {SettingError} listing the conflicting names.
 */
export const checkDistinctIds = (what: string, names: readonly string[]): void => {
  for (const [id, alike] of Map.groupBy(names, toId)) {
    if (alike.length === 1) continue;
    const quoted = alike.map((name) => `"${name}"`).join(' and ');
    throw new SettingError(
      `More than one ${what} would have the id ${id} in the stack: ${quoted}; one needs another name`,
    );
  }
};
