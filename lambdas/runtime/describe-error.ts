/** An error for the log: name, code and stack frames. Not its message, since V8 quotes text that it can't parse. */
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

/** The stack after the message, which comes first and may contain lines that look like stack frames. */
// Stryker disable next-line StringLiteral: no line of the replacement looks like a stack frame
const placeOf = ({ message, stack = '' }: Error): string => {
  const start = stack.indexOf(message);
  // Stryker disable next-line StringLiteral: no line of the replacement looks like a stack frame
  return start === -1 ? '' : stack.slice(start + message.length);
};
