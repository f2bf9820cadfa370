import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readTable } from './support/read-table.ts';

// The import rules of biome.json, tried on small projects that break them, and held against the documented table.

const ROOT = join(import.meta.dirname, '../..');

const IMPORTED = 'export type Imported = 1;\n';

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'gatepost-imports-'));
  // The project is no git checkout.
  const { $schema, vcs, ...config } = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8'));
  await write('biome.json', JSON.stringify(config));
});

afterEach(() => rm(project, { recursive: true, force: true }));

test('each folder may import what docs/architecture.md says, and nothing else', async () => {
  const table = readTable();
  const folders = Object.keys(table);
  const pairs = folders.flatMap((from) => folders.filter((to) => to !== from).map((to) => ({ from, to })));
  for (const folder of folders) await write(`${folder}/imported.ts`, IMPORTED);
  for (const { from, to } of pairs) {
    await importing(`${from}/imports-${to.replaceAll('/', '-')}.ts`, `${to}/imported.ts`);
  }

  const refused = await refusedFiles('lint/style/noRestrictedImports');
  const allowed = pairs
    .filter(({ from, to }) => !refused.has(`${from}/imports-${to.replaceAll('/', '-')}.ts`))
    .map(({ from, to }) => `${from} -> ${to}`);

  expect(allowed).toEqual(
    pairs.filter(({ from, to }) => table[from]?.includes(to)).map(({ from, to }) => `${from} -> ${to}`),
  );
});

test('what is refused names the rule that the import breaks', async () => {
  await write('lambdas/runtime/imported.ts', IMPORTED);
  await importing('lambdas/core/imports.ts', 'lambdas/runtime/imported.ts');

  expect((await lint()).map(({ message }) => message)).toContainEqual(
    'lambdas/core may import nothing else of lambdas. See the table in docs/architecture.md.',
  );
});

test('a provider imports no other provider, by whatever path, but may import what is shared', async () => {
  for (const folder of ['ivy', 'shared', 'shapes']) {
    await write(`lambdas/providers/${folder}/imported.ts`, IMPORTED);
    await importing(`lambdas/providers/altoviz/${folder}.ts`, `lambdas/providers/${folder}/imported.ts`);
    await importing(`lambdas/providers/altoviz/deep/${folder}.ts`, `lambdas/providers/${folder}/imported.ts`);
  }
  await importing('lambdas/providers/shared/ivy.ts', 'lambdas/providers/ivy/imported.ts');
  await write('lambdas/providers/altoviz/round.ts', exporting('../../providers/ivy/imported.ts'));
  await write('lambdas/providers/altoviz/dotted.ts', exporting('./../ivy/imported.ts'));
  await write('lambdas/core/dotted.ts', exporting('./../../lib/imported.ts'));
  await write(
    'lambdas/core/later.ts',
    "export const later = () => import('../providers/ivy/imported.ts');\n",
  );

  expect(await refusedFiles('lint/style/noRestrictedImports')).toEqual(
    new Set([
      'lambdas/core/dotted.ts',
      'lambdas/core/later.ts',
      'lambdas/providers/altoviz/deep/ivy.ts',
      'lambdas/providers/altoviz/dotted.ts',
      'lambdas/providers/altoviz/ivy.ts',
      'lambdas/providers/altoviz/round.ts',
      'lambdas/providers/shared/ivy.ts',
    ]),
  );
});

test('only the command imports the client of a provider’s API', async () => {
  await write('lambdas/providers/ivy/api.ts', IMPORTED);
  const refused = [
    'lambdas/console/show.ts',
    'lambdas/event-log/find.ts',
    'lambdas/events/read.ts',
    'lambdas/fan-out/send.ts',
    'lambdas/ingest/functions/ivy.ts',
    'lambdas/providers/index.ts',
    'lambdas/providers/ivy/ivy.ts',
  ];
  for (const file of ['cli/subscribe.ts', ...refused]) await importing(file, 'lambdas/providers/ivy/api.ts');

  expect(await refusedFiles('lint/style/noRestrictedImports')).toEqual(new Set(refused));
});

test('no file imports itself in a circle, not by its types either', async () => {
  await write('lib/one.ts', "import type { Two } from './two.ts';\nexport type One = Two | 1;\n");
  await write('lib/two.ts', "import type { One } from './one.ts';\nexport type Two = One | 2;\n");

  expect(await refusedFiles('lint/suspicious/noImportCycles')).toEqual(new Set(['lib/one.ts', 'lib/two.ts']));
});

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
};

/** Writes a file that imports another one; both are given from the project's root. */
const importing = (path: string, imported: string): Promise<void> => {
  const specifier = relative(dirname(path), imported);
  return write(path, exporting(specifier.startsWith('.') ? specifier : `./${specifier}`));
};

const exporting = (specifier: string): string => `export type { Imported } from '${specifier}';\n`;

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string };
}

const lint = async (): Promise<readonly Diagnostic[]> => {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const output = await new Promise<string>((resolve) => {
    // It fails where it refuses something, which is what is asked for here.
    execFile(join(ROOT, 'node_modules/.bin/biome'), args, { cwd: project }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return (JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
};

const refusedFiles = async (rule: string): Promise<ReadonlySet<string>> =>
  new Set((await lint()).filter(({ category }) => category === rule).map(({ location }) => location.path));
