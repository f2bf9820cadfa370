/**
 * What an error says. What a worker sends as one only looks like an `Error`, and under Jest some are of another realm.
 */
export const errorMessage = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
