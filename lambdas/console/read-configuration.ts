import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../runtime/environment.ts';
import { CONFIGURATION_FILE, type Configuration } from './configuration.ts';

/** Reads the configuration file of the function's bundle. */
export const readConfiguration = (): Configuration =>
  JSON.parse(readFileSync(join(environment('LAMBDA_TASK_ROOT'), CONFIGURATION_FILE), 'utf8'));
