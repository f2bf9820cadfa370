import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { exampleTemplate } from './example-template.ts';
import { costPage } from './page.ts';
import { costSettings } from './settings.ts';

// `npm run cost`: writes docs/cost.md and shows it.

const [shipped, small] = await Promise.all([exampleTemplate(), exampleTemplate('small-app')]);
const page = costPage(costSettings(shipped), costSettings(small));
await writeFile(join(PROJECT_ROOT, 'docs', 'cost.md'), page);
process.stdout.write(page);
