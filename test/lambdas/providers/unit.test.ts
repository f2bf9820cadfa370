import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { subscribableProvider } from '../../../cli/subscriptions/providers.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import { documented } from '../../../lambdas/providers/shapes/documented.ts';
import { senderOf } from '../../../senders/index.ts';

const ROOT = join(import.meta.dirname, '../../..');
const exists = (path: string): boolean => existsSync(join(ROOT, path));
const PROVIDERS_PAGE = readFileSync(join(ROOT, 'docs/providers.md'), 'utf8');

/** Folders of `lambdas/providers/` that are no provider's. */
const SHARED = ['shapes', 'shared'];

/**
 * Generic providers without a sender of their own: their deliveries can be signed only by the holder of the key. So they
 * have no sample and no place in the benchmark either.
 */
const WITHOUT_SENDER: readonly string[] = ['public-key', 'jwt', 'token', 'sns'];

/** What a provider lacks, each with the file to write. docs/adding-a-provider.md says what belongs into it. */
const missingOf = (name: string): readonly string[] => {
  const provider = providerNamed(name);
  const isGeneric = provider.nameInEvents !== undefined;
  const hasSender = !WITHOUT_SENDER.includes(name);
  const sender = senderOf(name);
  const folder = `lambdas/providers/${name}`;
  const sample = `senders/samples/${name}/${sender?.defaultEvent ?? '<event>'}.json`;
  const hasApi = exists(`${folder}/api.ts`);
  const needed: readonly (readonly [boolean, string])[] = [
    [provider.name === name, `its name, which is "${provider.name}": mend ${folder}/${name}.ts`],
    [exists(`${folder}/${name}.ts`), `its contract: write ${folder}/${name}.ts`],
    [exists(`${folder}/settings.ts`), `its settings: write ${folder}/settings.ts`],
    [isGeneric || exists(`${folder}/catalogue.ts`), `its catalogue: write ${folder}/catalogue.ts`],
    [
      isGeneric || Object.hasOwn(documented, name),
      `its documentation: write ${folder}/data.ts, and its line in lambdas/providers/shapes/documented.ts`,
    ],
    [
      exists(`lambdas/ingest/functions/${name}.ts`),
      `its ingest function: write lambdas/ingest/functions/${name}.ts`,
    ],
    [
      hasApi === (subscribableProvider(name) !== undefined),
      `the line of its API's client: ${folder}/api.ts and cli/subscriptions/providers.ts don't agree`,
    ],
    [
      !hasSender || sender !== undefined,
      `its sender: write senders/${name}.ts, and its line in senders/index.ts`,
    ],
    [!hasSender || exists(sample), `its sample: write ${sample}`],
    [
      PROVIDERS_PAGE.includes(`provider: '${name}'`),
      `its docs section: write one with provider: '${name}' into docs/providers.md`,
    ],
    [
      exists(`test/lambdas/providers/${name}/${name}.test.ts`),
      `its tests: write test/lambdas/providers/${name}/${name}.test.ts`,
    ],
    [
      !hasSender || exists(`evidence/bench/floors/ingest-${name}.ts`),
      `its floor in the benchmark: write evidence/bench/floors/ingest-${name}.ts`,
    ],
  ];
  return needed.filter(([isThere]) => !isThere).map(([, what]) => what);
};

test.each(PROVIDER_NAMES)('%s has everything that a provider needs', (name) => {
  expect(missingOf(name)).toEqual([]);
});

test('every folder of a provider has its line in lambdas/providers/index.ts', () => {
  const folders = readdirSync(join(ROOT, 'lambdas/providers'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SHARED.includes(entry.name))
    .map(({ name }) => name);
  expect(folders.sort()).toEqual([...PROVIDER_NAMES].sort());
});

test.each(PROVIDER_NAMES)(
  'the ingest function of %s contains no other provider, and no API client',
  async (name) => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [`lambdas/ingest/functions/${name}.ts`],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    });
    const inputs = Object.keys(metafile.inputs).filter((path) => path.startsWith('lambdas/providers/'));
    const strange = inputs.filter(
      (path) =>
        !path.startsWith(`lambdas/providers/${name}/`) && !path.startsWith('lambdas/providers/shared/'),
    );
    expect(inputs).toContain(`lambdas/providers/${name}/${name}.ts`);
    expect(strange.filter((path) => path !== 'lambdas/providers/provider.ts')).toEqual([]);
    const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(outside.includes('jose')).toBe(name === 'jwt');
    expect(outside.includes('sns-validator')).toBe(name === 'ivvy' || name === 'sns');
    expect(inputs.filter((path) => /\/api(-[a-z]+)?\.ts$|\/shared\/api\//.test(path))).toEqual([]);
  },
);

test.each(PROVIDER_NAMES)(
  '%s makes no secret that its own rules refuse, and documents sensible retries',
  (name) => {
    const { secret, retries } = providerNamed(name);
    const settings = { secretEncoding: 'utf8' } as never;
    const made = secret?.generate?.(Buffer.alloc(32, 7), settings);
    expect(made === undefined ? undefined : secret?.fault(made, settings)).toBeUndefined();
    const gaps = retries?.gaps ?? [];
    for (const gap of gaps) expect(gap).toBeGreaterThan(0);
    const longest = retries?.longest ?? Number.POSITIVE_INFINITY;
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeLessThanOrEqual(longest);
  },
);
