import { readFileSync, writeFileSync } from 'node:fs';
import { table } from '../../docs/markdown-table.ts';
import { PARTS } from './parts.ts';
import { countsOf, type Mutant, type PartResult, scoreOf } from './score.ts';
import { whyItSurvives } from './survivors.ts';

const BEGIN = '<!-- What stands here is written by `npm run mutation`. -->';
const END = '<!-- To here. -->';

/**
 * Writes what came of a run into a page, between two comments.
 *
 * @throws {Error} where the page doesn't have them.
 */
export const writeReport = (page: string, results: readonly PartResult[]): void => {
  const [before, rest] = readFileSync(page, 'utf8').split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for the score`);
  writeFileSync(page, [before, BEGIN, '\n\n', reportOf(results, new Date()), '\n', END, after].join(''));
};

const reportOf = (results: readonly PartResult[], now: Date): string => {
  const all = results.flatMap(({ mutants }) => mutants);
  const row = (name: string, mutants: readonly Mutant[]) => {
    const { killed, timedOut, survived, uncovered } = countsOf(mutants);
    const counts = [killed, timedOut, survived, uncovered].map(String);
    return [name, ...counts, `${scoreOf(mutants).toFixed(1)} %`];
  };
  const survivors = all.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  return [
    `Score: **${scoreOf(all).toFixed(1)} %**, by \`npm run mutation\` on ${now.toISOString().slice(0, 10)}.\n\n`,
    table(
      ['part of `lambdas/`', 'killed', 'timed out', 'survived', 'not covered', 'score'],
      ...results.map(({ part, mutants }) => row(part, mutants)),
      row('all', all),
    ),
    missingIn(results),
    '\n\nWhat survives, and why:\n\n',
    table(
      ['where', 'change', 'why it survives'],
      ...survivors.map((mutant) => [
        mutant.path.replace('lambdas/', ''),
        `${code(mutant.original)} → ${code(mutant.replacement)}`,
        whyItSurvives(mutant) ?? 'no test for it yet',
      ]),
    ),
    '\n',
  ].join('');
};

/** A run that was broken off says so: its score is that of a part. */
const missingIn = (results: readonly PartResult[]): string => {
  const done = new Set(results.map(({ part }) => part));
  const missing = PARTS.map(({ name }) => name).filter((name) => !done.has(name));
  return missing.length === 0 ? '' : `\n\nThe run was broken off before: ${missing.join(', ')}.`;
};

/** Code for a cell: on one line, not too long, and with no bar that would end the cell. */
const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  const short = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  return `\`\`${short === '' ? ' ' : ` ${short} `}\`\``.replaceAll('|', '\\|');
};
