export interface LineReader {
  write(text: string): void;
  /** Emits the last line, which may have no line break. */
  end(): void;
}

/** @param line called with each line that is not empty, without its line break. */
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
