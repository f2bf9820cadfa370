import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS, S3_IMPORT } from '../../lib/bundle-options.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { LIMITS } from './limits.ts';
import type { Edit, Mutant } from './mutants/mutant.ts';
import type { Simulator } from './simulator.ts';

/**
 * Bundles the simulation with the functions' code, as the functions are bundled, and loads it into this process.
 *
 * @param mutant a mistake to put into the code. Default: none.
 * @throws {Error} where the text of the mutant, or of a limit, isn't in its file any more.
 */
export const loadSimulator = async (mutant?: Mutant): Promise<Simulator> => {
  const plugins = [unwritten, edited([...LIMITS, ...editsOf(mutant)])];
  const [whole, snsSignature, rejectedHandler] = await Promise.all([
    bundle('evidence/simulation/simulator.ts', plugins),
    bundle('lambdas/providers/shared/sns/signature.ts', [shared(REJECTION), ...plugins]),
    bundle('lambdas/rejected/handler.ts', [shared(OBSERVE), shared(BUNDLE_FILE), sharedS3, ...plugins]),
  ]);

  Object.assign(process.env, ENVIRONMENT);
  const { simulator, rejection, observe, provideLoaders } = whole(require) as typeof import('./simulator.ts');
  provideLoaders({
    verifySns: () => {
      const { verifySns } = snsSignature(requireWith({ [REJECTION.name]: rejection })) as SnsSignature;
      return verifySns;
    },
    rejected: (clients) => {
      const modules = {
        [OBSERVE.name]: observe,
        [BUNDLE_FILE.name]: { readBundleFile: clients.configuration },
        [S3]: { connectS3: () => clients.s3 },
        ...withClient('@aws-sdk/client-sqs', 'SQSClient', clients.sqs),
        ...withClient('@aws-sdk/client-dynamodb', 'DynamoDBClient', clients.dynamo),
        ...withClient('@aws-sdk/client-secrets-manager', 'SecretsManagerClient', clients.secrets),
      };
      const { handler } = rejectedHandler(requireWith(modules)) as RejectedHandler;
      return handler;
    },
  });
  return simulator;
};

type SnsSignature = typeof import('../../lambdas/providers/shared/sns/signature.ts');
type RejectedHandler = typeof import('../../lambdas/rejected/handler.ts');

/** Gives these modules in the place of others. */
const requireWith =
  (modules: Readonly<Record<string, unknown>>) =>
  (name: string): unknown =>
    modules[name] ?? inheriting(name);

const inherited = new Map<string, unknown>();

/** A module of which nothing has to be copied: a bundle copies what an object has itself, each time that it is loaded. */
const inheriting = (name: string): unknown => {
  const known = inherited.get(name);
  if (known !== undefined) return known;
  const module: unknown = require(name);
  const made = typeof module === 'object' ? Object.create(module) : module;
  inherited.set(name, made);
  return made;
};

/** A module of the SDK whose client is that one, whoever makes it. */
const withClient = (module: string, name: string, client: object): Readonly<Record<string, object>> => {
  // A function that is called with `new` gives the object that it returns.
  const construct = function construct() {
    return client;
  };
  return { [module]: Object.create(require(module), { [name]: { value: construct, enumerable: true } }) };
};

/** Loads a bundle: each time anew. */
type Load = (require: (name: string) => unknown) => unknown;

const require = createRequire(join(PROJECT_ROOT, 'evidence', 'simulation', 'simulator.cjs'));

const bundle = async (entry: string, plugins: Plugin[]): Promise<Load> => {
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [entry],
    write: false,
    minify: false,
    // What is only used is taken as it lies there; what is patched or has a memory comes along.
    external: ['@aws-sdk/*', 'dynalite/*', 'pure-rand/*', 'valibot'],
    // What is loaded at its first use is asked of the same `require`.
    supported: { 'dynamic-import': false },
    plugins,
  });
  const [{ text } = { text: '' }] = outputFiles;
  const run = compileFunction(text, ['module', 'exports', 'require'], { filename: `${entry}.cjs` });
  return (requireFrom) => {
    const module = { exports: {} };
    run(module, module.exports, requireFrom);
    return module.exports;
  };
};

/** A module of which there is one for several bundles. */
interface SharedModule {
  readonly name: string;
  readonly file: RegExp;
}

/** A rejection is told by its class, of which there must be one. */
const REJECTION = { name: 'gatepost:rejection', file: /\/rejection\.ts$/ } as const;
const OBSERVE = { name: 'gatepost:observe', file: /\/observe\.ts$/ } as const;
const BUNDLE_FILE = { name: 'gatepost:bundle-file', file: /\/bundle-file\.ts$/ } as const;
const S3 = 'gatepost:s3';

const shared = ({ name, file }: SharedModule): Plugin => ({
  name,
  setup: ({ onResolve }) => {
    onResolve({ filter: file }, () => ({ path: name, external: true }));
  },
});

/** It is external already, under a name that Node would find in the project. */
const sharedS3: Plugin = shared({ name: S3, file: new RegExp(`^${S3_IMPORT}$`) });

/** What the keeper of rejections looks for when its file is loaded; those of the simulation are given their own. */
const ENVIRONMENT = { AWS_REGION: 'eu-west-1', EVENT_LOG_TABLE: 'none', BODIES_BUCKET: 'none' } as const;

/** Puts the simulation's own output in the place of the functions'. */
const unwritten: Plugin = {
  name: 'unwritten',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/observe\.ts$/ }, ({ importer }) =>
      importer.includes('/lambdas/')
        ? { path: join(PROJECT_ROOT, 'evidence', 'simulation', 'observe.ts') }
        : undefined,
    );
  },
};

const editsOf = (mutant: Mutant | undefined): readonly Edit[] => {
  if (mutant === undefined) return [];
  const { name: _, also, ...edit } = mutant;
  return also === undefined ? [edit] : [edit, also];
};

/** Edits files. @throws {Error} where the text of one isn't in its file. */
const edited = (edits: readonly Edit[]): Plugin => ({
  name: 'edited',
  setup: ({ onLoad }) => {
    // The first of several plugins that load a file is the only one.
    for (const [file, ofFile] of Map.groupBy(edits, (each) => each.file)) {
      const path = join(PROJECT_ROOT, file);
      onLoad({ filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) }, async (loaded) => {
        if (loaded.path !== path) return undefined;
        const text = await readFile(path, 'utf8');
        return { contents: ofFile.reduce((changed, one) => changedBy(one, changed), text), loader: 'ts' };
      });
    }
  },
});

const changedBy = ({ file, from, to }: Edit, text: string): string => {
  if (text.split(from).length !== 2) throw new Error(`this stands not once in ${file} any more: ${from}`);
  return text.replace(from, () => to);
};
