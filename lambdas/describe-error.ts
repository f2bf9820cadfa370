/**
 * An error for the log: its name, code and place. Not its message: V8 quotes what it could not parse, and that may be a
 * payload.
 */
export const describeError = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return {
    name: error.name,
    ...('code' in error && { code: error.code }),
    at: frames.slice(0, 5).map((frame) => frame.trim()),
  };
};
