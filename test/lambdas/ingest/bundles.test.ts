import { beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import { BUNDLE_OPTIONS } from '../../../lib/bundle-options.ts';

const entryOf = (provider: string) => `lambdas/ingest/functions/${provider}.ts`;

const OTHERS = [
  'lambdas/fan-out/handler.ts',
  'lambdas/console/handler.ts',
  'lambdas/console/replay-handler.ts',
];

let filesOf: ReadonlyMap<string | undefined, readonly string[]>;
beforeAll(async () => {
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [...PROVIDER_NAMES.map(entryOf), ...OTHERS],
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

test('jose is in the function that verifies tokens, and in no other', () => {
  const holders = [...filesOf].filter(([, files]) =>
    files.some((file) => file.includes('node_modules/jose/')),
  );
  expect(holders.map(([entry]) => entry)).toEqual([entryOf('jwt')]);
});
