/**
 * Caches the results of a pure function whose results are never mutated.
 *
 * @param most the size of the cache; one more entry clears it.
 */
export const remembered = <Result>(
  read: (text: string) => Result,
  most: number,
): ((text: string) => Result) => {
  const known = new Map<string, Result>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = read(text);
    if (known.size >= most) known.clear();
    known.set(text, result);
    return result;
  };
};

/** Caches the result of a pure function of an object that is never mutated, for as long as the object lives. */
export const madeOnce = <Given extends object, Result extends object>(
  make: (given: Given) => Result,
): ((given: Given) => Result) => {
  const known = new WeakMap<Given, Result>();
  return (given) => {
    const before = known.get(given);
    if (before !== undefined) return before;
    const result = make(given);
    known.set(given, result);
    return result;
  };
};
