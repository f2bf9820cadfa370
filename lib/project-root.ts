import { resolve } from 'node:path';

/** The folder of this project, which may differ from that of the app. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..');
