import { EXIT_CODE_MEANINGS } from '../cli/cli-error.ts';
import { commands } from '../cli/commands/index.ts';
import { helpTexts } from '../cli/help.ts';

/** `npm run docs` writes what is between these markers. The rest of the page is written by hand. */
const BEGIN = '<!-- npm run docs writes what follows -->';
const END = '<!-- up to here -->';

/**
 * docs/cli.md with a reference that matches the command.
 *
 * @param page the current page.
 * @throws {Error} if the page lacks the markers.
 */
export const withReference = (page: string): string => {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/cli.md must contain ${BEGIN} and after it ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${reference()}\n${page.slice(end)}`;
};

const reference = (): string => {
  const sections = [...helpTexts(commands)].map(([name, help]) => {
    const title = name === 'gatepost' ? name : `gatepost ${name}`;
    return `### ${title}\n\n\`\`\`\n${ownPart(help)}\n\`\`\`\n`;
  });
  const codes = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return [...sections, '### Exit codes', '', '| code | |', '| --- | --- |', ...codes, ''].join('\n');
};

/** The help without the options that all commands share; the section of the program lists them. */
const ownPart = (help: string): string => help.split('\nGlobal Options:')[0]?.trim() ?? '';
