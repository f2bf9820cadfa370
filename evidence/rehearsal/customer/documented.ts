import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { COMMANDS, type CommandName, type Place } from './commands.ts';

/**
 * Reads commands from their page, so that they are run as a reader would run them.
 *
 * @throws {Error} where the page does not have them, or has them twice.
 */
export const documented = async (name: CommandName): Promise<string> => {
  const place = COMMANDS[name];
  return find(place, await commandsOn(place.page));
};

/**
 * Finds the commands of a place among those of its page.
 *
 * @param all the blocks and inline commands of the page.
 * @returns the one block that is or has the text.
 * @throws {Error} where there is none, or more than one.
 */
export const find = ({ page, has }: Place, all: readonly string[]): string => {
  const exact = all.find((one) => one.trim() === has);
  if (exact !== undefined) return exact;
  const [found, ...others] = all.filter((one) => one.includes(has));
  if (found === undefined || others.length > 0)
    throw new Error(`${page} has ${others.length + (found ? 1 : 0)} blocks of commands with "${has}"`);
  return found;
};

/** The commands of a page: its blocks of `sh`, and the commands in its text. */
export const commandsOn = async (page: string): Promise<readonly string[]> => {
  const markdown = await readFile(join(PROJECT_ROOT, page), 'utf8');
  return [...new Set([...shellBlocks(markdown), ...inlineCommands(markdown)])];
};

/** The blocks of `sh` or `bash` in a Markdown text, those in lists without their indent. */
export const shellBlocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^( *)```(?:ba)?sh\n([\s\S]*?)^\1```/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );

/** The commands in the text of a page, such as `npx cdk deploy`. The name of a program alone is none. */
export const inlineCommands = (markdown: string): readonly string[] => {
  const text = markdown.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '');
  const commands = text.matchAll(/`((?:npx (?:cdk|gatepost)|aws [a-z]+|npm run) [^`]+)`/g);
  return [...commands].map(([, command = '']) => command);
};

/** The commands of a block, one by one, without comments. A command that goes on in the next line is one. */
export const linesOf = (block: string): readonly string[] =>
  block
    .split(/(?<!\\)\n/)
    .map((line) => line.replace(/(?:^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '');
