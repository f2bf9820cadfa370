import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { providers } from '../../lambdas/providers/index.ts';
import { BUNDLE_OPTIONS } from '../../lib/bundle-options.ts';

/** The example app, synthesized once as the CDK CLI does it: bundles and all. */
const directory = mkdtempSync(join(tmpdir(), 'gatepost-assembly-'));
const run = promisify(execFile);

interface DeployedFunction {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder that becomes the function's zip file. */
  readonly asset: string;
}

let functions: readonly DeployedFunction[] = [];

beforeAll(async () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const strict = { ...context, '@aws-cdk/core:strictCfnValidateErrors': true };
  await run(process.execPath, ['evidence/cost/example-app.ts'], {
    env: {
      ...process.env,
      CDK_VALIDATION: 'true',
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(strict),
    },
  });
  functions = readFunctions();
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("CloudFormation's own rules find nothing wrong with the template", () => {
  expect(readJson('validation-report.json').pluginReports).toEqual([]);
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
test('the template stays well within what CloudFormation takes, whatever else the customer adds', () => {
  const { Resources, Outputs } = readJson('Gatepost.template.json');
  expect(Object.keys(Resources).length).toBeLessThan(0.8 * 500);
  expect(Object.keys(Outputs).length).toBeLessThan(0.8 * 200);
  expect(statSync(join(directory, 'Gatepost.template.json')).size).toBeLessThan(0.8 * 1_000_000);
});

describe("the functions' files", () => {
  test('are a bundle, its kind of module and the client of S3 each, and beside those of the console what it shows', () => {
    expect(functions.length).toBeGreaterThan(1);
    for (const { name, asset } of functions) {
      const own = /-(console|replay)$/.test(name) ? ['configuration.json'] : [];
      const rejected = name.endsWith('gatepost-rejected') ? ['rejected.json'] : [];
      const routing = name.endsWith('gatepost-fan-out') ? ['routing.json'] : [];
      expect(readdirSync(asset).sort()).toEqual(
        [...own, 'index.js', 'package.json', ...rejected, ...routing, 's3.js'].sort(),
      );
    }
  });

  test('are loaded by Node as Lambda loads them, with the environment of the template', async () => {
    const loaded = await Promise.all(
      functions.map(async ({ asset, environment }) => {
        // Lambda refuses a handler with a callback from Node 24 on: one that takes three arguments.
        const script = `import(${JSON.stringify(join(asset, 'index.js'))}).then(({ handler }) => console.log(typeof handler, handler.length < 3))`;
        const { stdout } = await run(process.execPath, ['-e', script], {
          env: { ...environment, AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: asset },
        });
        return stdout.trim();
      }),
    );
    expect(loaded).toEqual(functions.map(() => 'function true'));
  });
});

test('the client of S3 is loaded from beside the bundle, and not before it is used', async () => {
  for (const { asset, environment } of functions.filter(({ name }) => /-(fan-out|replay)$/.test(name))) {
    const script = `
      const { handler } = await import(${JSON.stringify(join(asset, 'index.js'))});
      const isLoaded = () => Object.keys(require('node:module')._cache).some((file) => file.endsWith('s3.js'));
      const before = isLoaded();
      const { connectS3 } = require(${JSON.stringify(join(asset, 's3.js'))});
      console.log(typeof handler, before, typeof connectS3({ region: 'eu-central-1' }).put);
    `;
    const { stdout } = await run(
      process.execPath,
      ['--input-type=commonjs', '-e', `(async () => {${script}})()`],
      {
        env: { ...environment, AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: asset },
      },
    );
    expect(stdout.trim()).toBe('function false function');
  }
});

/** Every provider in the registry, whether or not the example app has a source of it. */
describe('bundles', () => {
  const ingests = Object.keys(providers).map((provider) => `lambdas/ingest/functions/${provider}.ts`);
  const others = [
    'fan-out/handler',
    'rejected/keep-handler',
    'console/handler',
    'console/replay-handler',
    'console/rejected-handler',
  ];
  const entries = [...ingests, ...others.map((entry) => `lambdas/${entry}.ts`)];
  let outputs: readonly Metafile['outputs'][string][] = [];

  beforeAll(async () => {
    const built = await build({
      ...BUNDLE_OPTIONS,
      entryPoints: entries,
      outdir: directory,
      metafile: true,
      write: false,
    });
    outputs = Object.values(built.metafile.outputs);
  }, 30_000);

  const outputOf = (entry: string) => {
    const output = outputs.find(({ entryPoint }) => entryPoint === entry);
    if (output === undefined) throw new Error(`${entry} was not bundled`);
    return output;
  };

  // The SDK takes 200 KB of it. Only tokens need a further library, jose.
  test.each(ingests)('%s stays under 250 KB, with jose under 270 KB', (entry) => {
    expect(outputOf(entry).bytes).toBeLessThan(entry.endsWith('/jwt.ts') ? 270_000 : 250_000);
  });

  test.each(entries)('%s holds one copy of each package, and neither zod nor streams of events', (entry) => {
    const files = Object.entries(outputOf(entry).inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file);

    const packages = Map.groupBy(
      new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])),
      (folder) => folder.replace(/^.*node_modules\//, ''),
    );
    expect([...packages.values()].filter((copies) => copies.length > 1)).toEqual([]);
    expect(packages.has('@aws-sdk/client-sqs')).toBe(!entry.includes('keep-handler'));
    expect(packages.has('@aws-sdk/client-s3')).toBe(false);
    expect(packages.has('zod')).toBe(false);
    expect(files.filter((file) => /\/@(aws-sdk|smithy)\/.*\/(dist-cjs|event-streams)\//.test(file))).toEqual(
      [],
    );
  });

  test('are what is deployed', () => {
    const sizes = outputs.map(({ bytes }) => bytes);
    for (const { asset } of functions) expect(sizes).toContain(statSync(join(asset, 'index.js')).size);
  });
});

const readJson = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8'));

const readFunctions = (): readonly DeployedFunction[] => {
  const resources = Object.values(readJson('Gatepost.template.json').Resources) as {
    readonly Type: string;
    readonly Properties: {
      readonly FunctionName: string;
      readonly Code: { readonly S3Key: string };
      readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
    };
  }[];
  return resources
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties: { FunctionName, Code, Environment } }) => ({
      name: FunctionName,
      asset: join(directory, `asset.${Code.S3Key.replace('.zip', '')}`),
      environment: Object.fromEntries(
        Object.entries(Environment.Variables).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : 'known only when deployed',
        ]),
      ),
    }));
};
