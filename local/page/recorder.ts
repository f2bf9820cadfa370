import type { RecordedLine } from '../dashboard/recording.ts';

/** Keeps the latest lines of the functions for the dashboard. */
export interface Recorder {
  printed(functionName: string, text: string): void;
  readonly lines: readonly RecordedLine[];
}

/** Some minutes of a busy local stack. */
const MAX_LINES = 20_000;

export const startRecorder = (): Recorder => {
  const lines: RecordedLine[] = [];
  return {
    lines,
    printed: (functionName, text) => {
      lines.push({ at: Date.now(), functionName, text });
      // A tenth at a time: removing single lines from the start of a long list is slow.
      if (lines.length > MAX_LINES) lines.splice(0, MAX_LINES / 10);
    },
  };
};
