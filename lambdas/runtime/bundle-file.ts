import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './environment.ts';

/**
 * Reads a file of the function's bundle that has JSON.
 *
 * @throws {Error} if there is none, so that the function fails at its start.
 */
export const readBundleFile = <Content>(name: string): Content =>
  JSON.parse(readFileSync(join(environment('LAMBDA_TASK_ROOT'), name), 'utf8')) as Content;
