/**
 * Reads an environment variable.
 *
 * @throws {Error} if it is missing, so that the function fails at its start and not at the first delivery.
 */
export const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/** Reads an environment variable as a positive number of seconds. @throws {Error} if it is not one. */
export const environmentSeconds = (name: string): number => {
  const seconds = Number(environment(name));
  if (!Number.isInteger(seconds) || seconds <= 0) {
    throw new Error(`The environment variable ${name} is not a number of seconds`);
  }
  return seconds;
};
