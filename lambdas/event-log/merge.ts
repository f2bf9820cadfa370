/** The rest of a sorted stream: its next items, and the source of those after them. */
export interface Head<T> {
  readonly items: readonly T[];
  readonly rest: AsyncIterator<readonly T[]>;
}

/** Opens a stream of runs; undefined if it is empty. */
export const headOf = async <T>(rest: AsyncIterator<readonly T[]>): Promise<Head<T> | undefined> => {
  const { done, value } = await rest.next();
  return done === true ? undefined : { items: value, rest };
};

/** Merges sorted streams into one. */
export async function* merge<T>(
  heads: readonly Head<T>[],
  compare: (one: T, other: T) => number,
): AsyncGenerator<T> {
  const open = heads.map(({ items, rest }) => ({ items, rest, at: 0 }));
  while (open.length > 0) {
    const first = open.reduce((one, other) =>
      compare(one.items[one.at] as T, other.items[other.at] as T) <= 0 ? one : other,
    );
    yield first.items[first.at] as T;
    first.at++;
    if (first.at < first.items.length) continue;
    const next = await headOf(first.rest);
    if (next === undefined) open.splice(open.indexOf(first), 1);
    else Object.assign(first, { items: next.items, at: 0 });
  }
}
