import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The pages with code that `npm run docs` copies from `docs/examples`. */
export const PAGES_WITH_EXAMPLES = ['consumers.md', 'pipes.md'] as const;

/** `<!-- examples/<file> -->`, and the block of code after it. */
const EXAMPLE = /<!-- (examples\/[a-z-]+\.ts) -->\n\n```ts\n[\s\S]*?```\n/g;

/**
 * A page with the examples as they are in their files, where they are type-checked, synthesized and run by tests.
 *
 * @param page the current page.
 */
export const withExamples = (page: string): string =>
  page.replaceAll(EXAMPLE, (_, file: string) => {
    const code = readFileSync(join(import.meta.dirname, file), 'utf8');
    // A reader's app is beside Gatepost: docs/deploy.md.
    return `<!-- ${file} -->\n\n\`\`\`ts\n${code.replaceAll("'../../", "'../gatepost/")}\`\`\`\n`;
  });
