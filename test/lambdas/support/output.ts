import { jest } from '@jest/globals';

/**
 * Catches what the functions print from now on: log lines and metrics, as JSON.
 *
 * @returns every line so far.
 */
export const catchOutput = (): (() => readonly Readonly<Record<string, unknown>>[]) => {
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed.push(String(chunk));
      return true;
    });
  }
  return () =>
    printed
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
};
