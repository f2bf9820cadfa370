import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { costPage } from './page.ts';
import { costSettings } from './settings.ts';
import { shippedTemplate } from './shipped-template.ts';

// `npm run cost`: writes docs/cost.md and shows it.

const page = costPage(costSettings(await shippedTemplate()));
await writeFile(join(PROJECT_ROOT, 'docs', 'cost.md'), page);
process.stdout.write(page);
