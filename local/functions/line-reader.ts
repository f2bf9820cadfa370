/** Cuts what is written into lines. */
export interface LineReader {
  write(text: string): void;
  /** Nothing comes any more: what has no line break yet is the last line. */
  end(): void;
}

/** @param line called with each line, without its line break; not with empty ones. */
export const lineReader = (line: (text: string) => void): LineReader => {
  let rest = '';
  const emit = (text: string) => {
    if (text.trim() !== '') line(text);
  };
  return {
    write: (text) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const text of lines) emit(text);
    },
    end: () => {
      emit(rest);
      rest = '';
    },
  };
};
