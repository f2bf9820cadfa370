import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { exampleTemplate } from '../cost/example-template.ts';
import { costSettings } from '../cost/settings.ts';
import { scalePage } from './page.ts';
import { readMeasured } from './service-times.ts';

// `npm run scale`: writes docs/scale.md and shows it.

const DOCS = join(PROJECT_ROOT, 'docs');

const measured = readMeasured(await readFile(join(DOCS, 'benchmarks.md'), 'utf8'));
const page = scalePage(measured, costSettings(await exampleTemplate()));
await writeFile(join(DOCS, 'scale.md'), page);
process.stdout.write(page);
