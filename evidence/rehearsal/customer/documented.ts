import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';

/**
 * Reads the shell commands of a document, so that they are run as a reader would.
 *
 * @param page its path in the project: `docs/deploy.md`.
 * @param containing a text of the wanted block.
 * @returns the one block of `sh` that contains it.
 * @throws {Error} where there is none, or more than one.
 */
export const documented = async (page: string, containing: string): Promise<string> => {
  const blocks = shellBlocks(await readFile(join(PROJECT_ROOT, page), 'utf8'));
  const [block, ...others] = blocks.filter((one) => one.includes(containing));
  if (block === undefined || others.length > 0)
    throw new Error(`${page} has ${others.length + (block ? 1 : 0)} blocks of commands with "${containing}"`);
  return block;
};

/** The blocks of `sh` in a Markdown text, those in lists without their indent. */
export const shellBlocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^( *)```sh\n([\s\S]*?)^\1```/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
