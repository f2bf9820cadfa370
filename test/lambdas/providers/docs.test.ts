import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { providers } from '../../../lambdas/providers/index.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';
import { configureSources } from '../../../lib/sources.ts';
import * as declarations from './hmac/declarations.ts';

let page: string;
let tested: string;
beforeAll(async () => {
  page = await readFile(join(import.meta.dirname, '../../../docs/providers.md'), 'utf8');
  tested = await readFile(join(import.meta.dirname, 'hmac/declarations.ts'), 'utf8');
});

describe('docs/providers.md', () => {
  test('shows what is tested, word for word, and all of it', () => {
    const blocks = (text: string, pattern: RegExp) =>
      Object.fromEntries([...text.matchAll(pattern)].map(([, name, source]) => [name, source]));
    const shown = blocks(page, /^```ts\n(\w+): (\{\n[^`]*\n\}),\n```$/gm);
    const written = blocks(tested, /^export const (\w+) = (\{\n.*?\n\}) as const satisfies SourceProps;$/gms);
    expect(Object.keys(written).sort()).toEqual(Object.keys(declarations).sort());
    expect(shown).toEqual(written);
    expect(page.match(/^```ts$/gm)).toHaveLength(Object.keys(declarations).length);
  });

  test('shows sources that can be configured, of every provider', () => {
    const configured = configureSources(declarations, 30 * 24 * 60 * 60);
    expect(new Set(configured.map(({ source }) => source.provider))).toEqual(new Set(Object.keys(providers)));
  });

  test('names every setting there is', () => {
    for (const provider of Object.values<object>(providers)) {
      const { entries } = (provider as Provider<object>).settings as unknown as { readonly entries: object };
      for (const setting of Object.keys(entries)) expect(page).toContain(`\`${setting}\``);
    }
  });
});
