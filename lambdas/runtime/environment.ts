/**
 * A variable that the stack gives the function.
 *
 * @throws {Error} where it is missing: the function then fails at its start, not at the first delivery.
 */
export const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
};

/**
 * A variable that is a number of seconds.
 *
 * @throws {Error} where it is missing or no such number.
 */
export const environmentSeconds = (name: string): number => {
  const seconds = Number(environment(name));
  if (!Number.isInteger(seconds) || seconds <= 0) {
    throw new Error(`The environment variable ${name} is not a number of seconds`);
  }
  return seconds;
};
