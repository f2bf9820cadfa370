import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../runtime/environment.ts';
import { CONFIGURATION_FILE, type Configuration } from './configuration.ts';

/**
 * What the stack has put beside the function's code.
 *
 * @throws {Error} where it isn't there: the function then fails at its start.
 */
export const readConfiguration = (): Configuration =>
  JSON.parse(readFileSync(join(environment('LAMBDA_TASK_ROOT'), CONFIGURATION_FILE), 'utf8'));
