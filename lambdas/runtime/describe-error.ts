/**
 * An error for the log: its name, code and place. Not its message: V8 quotes what it could not parse, and that may be a
 * payload.
 */
export const describeError = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!Error.isError(error)) return { name: typeof error };
  const frames = placeOf(error)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  return {
    name: error.name,
    ...('code' in error && { code: error.code }),
    at: frames.slice(0, 5).map((frame) => frame.trim()),
  };
};

/** The stack behind the message, which stands in front of it and may hold lines that look like places. */
// Stryker disable next-line StringLiteral: no line of the replacement looks like a stack frame
const placeOf = ({ message, stack = '' }: Error): string => {
  const start = stack.indexOf(message);
  // Stryker disable next-line StringLiteral: no line of the replacement looks like a stack frame
  return start === -1 ? '' : stack.slice(start + message.length);
};
