/** Describes an error that a client of the SDK threw; undefined for any other error. */
export const awsErrorText = (error: unknown): string | undefined => {
  if (!Error.isError(error)) return undefined;
  const code = 'code' in error ? String(error.code) : undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `AWS, or the local stack, can't be reached (${code}).`;
  if (!('$metadata' in error)) return undefined;
  const message = (error.message.split('\n')[0] ?? '').trim();
  return error.name === 'AccessDeniedException' || error.name === 'AccessDenied'
    ? `AWS denied access: ${message}`
    : `AWS refused (${error.name}): ${message}`;
};
