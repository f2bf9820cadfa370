import type { ListedEvent } from './listed-event.ts';

/** A position in a list. The time alone is ambiguous, because events may share a millisecond. */
export type Position = Pick<ListedEvent, 'at' | 'key'>;

export type Order = 'newest' | 'oldest';

/** A comparator for lists of that order. */
export const compareIn =
  (order: Order) =>
  (one: Position, other: Position): number => {
    const sign = order === 'newest' ? -1 : 1;
    return sign * (compare(one.at, other.at) || compare(one.key, other.key));
  };

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/** Encodes a position for a command line, a URL or a button. */
export const writePosition = ({ at, key }: Position): string => `${at},${key}`;

/** Decodes what {@link writePosition} wrote; undefined for anything else. */
export const readPosition = (word: string): Position | undefined => {
  const [, at, key] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),([\w:.~-]{1,200})$/.exec(word) ?? [];
  return at === undefined || key === undefined ? undefined : { at, key };
};
