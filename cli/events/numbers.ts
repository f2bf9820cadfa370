import { CliError } from '../cli-error.ts';

/**
 * Reads the value of an option that is a whole number.
 *
 * @throws {CliError} where it is not a whole number, or out of bounds.
 */
export const readCount = (text: string, option: string, least: number, most: number): number => {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count >= least && count <= most) return count;
  throw new CliError('usage', `${option} is "${text}"; it must be a whole number from ${least} to ${most}`);
};
