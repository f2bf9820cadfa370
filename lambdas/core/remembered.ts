/**
 * Remembers what a function gave for the texts that it was asked last. For one that gives the same each time, and whose
 * results nobody changes.
 *
 * @param most how many texts are remembered at a time: all are forgotten when there would be more.
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
