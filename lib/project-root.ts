import { resolve } from 'node:path';

/** The folder of this project, wherever the app is that uses it. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..');
