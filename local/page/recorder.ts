import type { RecordedLine } from '../dashboard/recording.ts';

/** Keeps the latest lines of the functions, which the dashboard is drawn from. */
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
      // A tenth at a time: shifting single lines off a long list takes long.
      if (lines.length > MAX_LINES) lines.splice(0, MAX_LINES / 10);
    },
  };
};
