import type { ListedEvent } from './listed-event.ts';

/** Where in a list an event stands: the time alone is not enough, for many may come in the same millisecond. */
export type Position = Pick<ListedEvent, 'at' | 'key'>;

export type Order = 'newest' | 'oldest';

/** Compares places in a list of that order: negative where `one` comes before `other`. */
export const compareIn =
  (order: Order) =>
  (one: Position, other: Position): number => {
    const sign = order === 'newest' ? -1 : 1;
    return sign * (compare(one.at, other.at) || compare(one.key, other.key));
  };

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/** Writes a place as a word that a command line, a URL or a button can hold. */
export const writePosition = ({ at, key }: Position): string => `${at},${key}`;

/**
 * Reads what {@link writePosition} wrote.
 *
 * @returns undefined where it is no such word.
 */
export const readPosition = (word: string): Position | undefined => {
  const [, at, key] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),([\w:~-]{1,200})$/.exec(word) ?? [];
  return at === undefined || key === undefined ? undefined : { at, key };
};
