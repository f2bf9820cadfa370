/** The message of an error, also of one from a worker or from another realm, which is not an instance of `Error`. */
export const errorMessage = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
