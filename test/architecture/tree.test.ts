import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTable } from './support/read-table.ts';

// Biome looks at what an import says. This looks at where it leads: whatever detour its path takes, and in every file.

const ROOT = join(import.meta.dirname, '../..');
const TABLE = readTable();
/** May import everything. */
const FREE = ['evidence', 'test'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /\.[cm]?[jt]sx?$/.test(path));

/** The folder of the table that a file is in. */
const folderOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('lambdas/') ? 2 : 1)
    .join('/');

/** What a file imports of this repository, by types, at run time or later. */
const importsOf = (path: string): readonly string[] =>
  [
    ...readFileSync(join(ROOT, path), 'utf8').matchAll(
      /(?:from|import|require)\s*\(?\s*['"`](\.[^'"`$]*)['"`]/g,
    ),
  ].map(([, specifier]) => normalize(join(dirname(path), `${specifier}`)));

test('every folder with code is in the table', () => {
  const folders = new Set(files.filter((path) => path.includes('/')).map(folderOf));
  expect([...folders].filter((folder) => !(folder in TABLE) && !FREE.includes(folder)).sort()).toEqual([]);
});

test('every import leads to where the table allows', () => {
  const forbidden = files.flatMap((path) => {
    const from = folderOf(path);
    if (FREE.includes(from) || !path.includes('/')) return [];
    return importsOf(path)
      .filter((target) => folderOf(target) !== from && !TABLE[from]?.includes(folderOf(target)))
      .map((target) => `${path} imports ${target}`);
  });
  expect(forbidden).toEqual([]);
});

test('no provider’s import leads to another provider, and none to a client of an API but from such a client', () => {
  const provider = (path: string) => /^lambdas\/providers\/([^/]+)\//.exec(path)?.[1];
  const meet = ['shared', 'shapes'];
  const isClient = (path: string) => /\/api\.ts$|\/shared\/api\//.test(path) && path.startsWith('lambdas/');
  const forbidden = files.flatMap((path) => {
    const own = provider(path);
    return importsOf(path)
      .filter((target) => {
        const other = provider(target);
        const crosses = own !== undefined && own !== 'shapes' && other !== undefined && other !== own;
        const reaches = path.startsWith('lambdas/') && isClient(target) && !isClient(path);
        return (crosses && !meet.includes(other)) || (reaches && !/\/api(-\w+)?\.ts$/.test(path));
      })
      .map((target) => `${path} imports ${target}`);
  });
  expect(forbidden).toEqual([]);
});
