/**
 * Takes down what is printed from now on, instead of printing it.
 *
 * @returns what was printed since it was last asked.
 */
export const watchOutput = (): { readonly printed: () => string; readonly stop: () => void } => {
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => stream.write);
  let printed = '';
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  }
  return {
    printed: () => {
      const text = printed;
      printed = '';
      return text;
    },
    stop: () => {
      for (const [index, stream] of streams.entries()) {
        stream.write = before[index] as typeof stream.write;
      }
    },
  };
};

/**
 * Holds that none of the texts was printed, in whatever case.
 *
 * @throws {Error} that shows the line.
 */
export const expectNothingOf = (texts: readonly string[], printed: string): void => {
  const lines = printed.toLowerCase();
  for (const text of texts) {
    if (lines.includes(text.toLowerCase())) throw new Error(`the log has ${text}: ${printed}`);
  }
};
