import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';

const SHARED = join(import.meta.dirname, '../../../../shared');

/** A folder of data from elsewhere, which lies beside the project and is not part of it. */
export const sharedFolder = (name: string): string => join(SHARED, name);

/** Tests that need such a folder. Where it is missing, they are skipped and their title says so. */
export const describeWith = (name: string, title: string, tests: () => void): void => {
  if (existsSync(sharedFolder(name))) describe(title, tests);
  else describe.skip(title, () => test(`skipped: there is no ../shared/${name}`, () => undefined));
};
