import { readBundleFile } from '../runtime/bundle-file.ts';
import { CONFIGURATION_FILE, type Configuration } from './configuration.ts';

/** Reads the configuration file of the function's bundle. */
export const readConfiguration = (): Configuration => readBundleFile(CONFIGURATION_FILE);
