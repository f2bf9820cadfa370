import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles, SCHEMAS } from './generated-files.ts';

// `npm run docs`: writes what of this folder is made from the catalogues.

const DOCS = import.meta.dirname;

rmSync(join(DOCS, SCHEMAS), { recursive: true, force: true });
for (const [path, text] of generatedFiles()) {
  mkdirSync(dirname(join(DOCS, path)), { recursive: true });
  writeFileSync(join(DOCS, path), text);
}
