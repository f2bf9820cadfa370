import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withReference } from './cli-page.ts';
import { PAGES_WITH_EXAMPLES, withExamples } from './examples-in-pages.ts';
import { generatedFiles, SCHEMAS } from './generated-files.ts';

// `npm run docs`: writes the parts of this folder that are generated from the catalogues, the commands and the
// examples.

const DOCS = import.meta.dirname;

rmSync(join(DOCS, SCHEMAS), { recursive: true, force: true });
for (const [path, text] of generatedFiles()) {
  mkdirSync(dirname(join(DOCS, path)), { recursive: true });
  writeFileSync(join(DOCS, path), text);
}

for (const page of PAGES_WITH_EXAMPLES) {
  const path = join(DOCS, page);
  writeFileSync(path, withExamples(readFileSync(path, 'utf8')));
}

const cliPage = join(DOCS, 'cli.md');
writeFileSync(cliPage, withReference(readFileSync(cliPage, 'utf8')));
