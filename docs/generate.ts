import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withReference } from './cli-page.ts';
import { generatedFiles, SCHEMAS } from './generated-files.ts';

// `npm run docs`: writes the parts of this folder that are generated from the catalogues and the commands.

const DOCS = import.meta.dirname;

rmSync(join(DOCS, SCHEMAS), { recursive: true, force: true });
for (const [path, text] of generatedFiles()) {
  mkdirSync(dirname(join(DOCS, path)), { recursive: true });
  writeFileSync(join(DOCS, path), text);
}

const cliPage = join(DOCS, 'cli.md');
writeFileSync(cliPage, withReference(readFileSync(cliPage, 'utf8')));
