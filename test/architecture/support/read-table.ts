import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/architecture.md');

/** The table of docs/architecture.md: by folder, the folders that it may import. */
export const readTable = (): Readonly<Record<string, readonly string[]>> => {
  const [, section = ''] = readFileSync(PAGE, 'utf8').split('\n| folder | may import |');
  const rows = (section.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(2)
    .map((row) =>
      row.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}`)),
    );
  return Object.fromEntries(rows.map(([, [folder = ''] = [], may = []]) => [folder, may]));
};
