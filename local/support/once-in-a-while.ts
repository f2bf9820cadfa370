/**
 * Forwards a message unless the same one was forwarded within the last ten seconds.
 *
 * @param now in ms.
 */
export const onceInAWhile = (
  say: (sentence: string) => void,
  now: () => number = Date.now,
): ((sentence: string) => void) => {
  const said = new Map<string, number>();
  return (sentence) => {
    const at = now();
    for (const [earlier, when] of said) if (at - when >= WHILE_MS) said.delete(earlier);
    if (said.has(sentence)) return;
    said.set(sentence, at);
    say(sentence);
  };
};

const WHILE_MS = 10_000;
