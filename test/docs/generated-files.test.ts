import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ENVELOPE, generatedFiles, SCHEMAS } from '../../docs/generated-files.ts';
import { writePrettyJson } from '../../docs/pretty-json.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';
import type { Documentation } from '../../lambdas/providers/shapes/documentation.ts';
import { documented } from '../../lambdas/providers/shapes/documented.ts';
import { meaningOf } from '../../lambdas/providers/shared/catalogue.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PROVIDERS = Object.entries<Documentation>(documented);

/** What can be told from the files as they are, to be mended by one command. */
const staleFiles = async (): Promise<readonly string[]> => {
  const generated = generatedFiles();
  const stale: string[] = [];
  for (const [path, text] of generated) {
    const committed = await readFile(join(DOCS, path), 'utf8').catch(() => undefined);
    if (committed !== text) stale.push(`docs/${path} is ${committed === undefined ? 'missing' : 'stale'}`);
  }
  const found = await readdir(join(DOCS, SCHEMAS), { recursive: true, withFileTypes: true });
  for (const file of found.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name).slice(DOCS.length + 1);
    if (!generated.has(path)) stale.push(`docs/${path} is left over`);
  }
  return stale.map((what) => `${what}: run npm run docs`);
};

test('what is generated in docs/ is up to date', async () => {
  expect(await staleFiles()).toEqual([]);
});

describe('what the docs are made from', () => {
  test('is there for every provider but those that are known by their settings', () => {
    expect(Object.keys(documented).sort()).toEqual(
      PROVIDER_NAMES.filter((name) => providerNamed(name).nameInEvents === undefined).sort(),
    );
  });

  test.each(PROVIDERS)('has shapes of %s for events of its catalogue only', (_, { catalogue, data }) => {
    expect(Object.values(catalogue)).toEqual(expect.arrayContaining(Object.keys(data)));
  });
});

describe('docs/events.md', () => {
  const page = generatedFiles().get('events.md') ?? '';
  const sections = new Map(
    page.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  test.each(PROVIDERS)('has a row for every event of %s', (provider, { title, catalogue, key }) => {
    const section = sections.get(title) ?? '';
    const rows = section.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(section).toContain(key);
    for (const name of Object.keys(catalogue)) {
      const { entity, action } = meaningOf(catalogue, name) ?? {};
      const [row] = rows.filter((cells) => cells[1] === `\`${name}\``);
      expect(row?.slice(2, 4)).toEqual([`\`${entity}.fifo\``, action]);
      expect(row?.[4]).toContain(`\`${provider}.${entity}.${action}\``);
    }
  });

  test('links to nothing that isn’t there', async () => {
    const links = [...page.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, target = '']) => target);
    const files = [...generatedFiles().keys()];
    const anchorOf = (heading = ''): string => `#${heading.toLowerCase().replaceAll(' ', '-')}`;
    const anchors = [...sections.keys()].map(anchorOf);
    const deploy = await readFile(join(DOCS, 'deploy.md'), 'utf8');
    const elsewhere = [...deploy.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading]) => `deploy.md${anchorOf(heading)}`,
    );
    expect([...files, SCHEMAS, 'consumers.md', ...anchors, ...elsewhere]).toEqual(
      expect.arrayContaining(links),
    );
    expect(links.filter((link) => link.endsWith('.json')).length).toBeGreaterThan(0);
  });

  test.each([
    ['contact', 'iVvy, Altoviz, Avaza'],
    ['payout', 'Ivy, Augustus'],
  ])('says that the queue of %s is shared', (entity, titles) => {
    const [row] = (sections.get('Queues') ?? '')
      .split('\n')
      .filter((line) => line.startsWith(`| \`${entity}.fifo\``));
    expect([...(row ?? '').matchAll(/\[(\w+)\]/g)].map(([, title]) => title).join(', ')).toBe(titles);
  });
});

describe('the JSON Schemas of data', () => {
  const schemas = [...generatedFiles()].filter(
    ([path]) => path.startsWith(`${SCHEMAS}/`) && path !== ENVELOPE,
  );

  test.each(schemas)('%s says what it is, requires nothing and allows more', (path, text) => {
    const schema = JSON.parse(text);
    const type = path.replace(`${SCHEMAS}/`, '').replace('/', '.').replace('.json', '');
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:gatepost:data:${type}`,
      title: expect.stringContaining(type),
      type: 'object',
    });
    expect(text).not.toMatch(/"required"|"additionalProperties": false/);
  });

  test('their references lead somewhere', () => {
    for (const [path, text] of schemas) {
      const names = [...text.matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name = '']) => name);
      expect([path, ...Object.keys(JSON.parse(text).$defs ?? {})]).toEqual(expect.arrayContaining(names));
    }
  });
});

test('pretty JSON says what was to be written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(JSON.parse(writePrettyJson(value)))).toBe(text);
    }),
  );
});
