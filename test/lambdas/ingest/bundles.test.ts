import { beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import { BUNDLE_OPTIONS } from '../../../lib/bundle-options.ts';

const entryOf = (provider: string) => `lambdas/ingest/functions/${provider}.ts`;

let filesOf: ReadonlyMap<string | undefined, readonly string[]>;
beforeAll(async () => {
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: PROVIDER_NAMES.map(entryOf),
    outdir: 'out',
    metafile: true,
    write: false,
  });
  filesOf = new Map(
    Object.values(metafile.outputs).map(({ entryPoint, inputs }) => [entryPoint, Object.keys(inputs)]),
  );
}, 60_000);

test.each(PROVIDER_NAMES)('the function of %s holds nothing that explains', (provider) => {
  const files = filesOf.get(entryOf(provider)) ?? [];
  expect(files).toContain(entryOf(provider));
  expect(files.filter((file) => /verification\/(?:trace\/|explain)|explain/.test(file))).toEqual([]);
});
