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
