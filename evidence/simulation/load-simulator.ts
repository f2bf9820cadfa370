import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../lib/bundle-options.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import type { Edit, Mutant } from './mutants.ts';
import type { Simulator } from './simulator.ts';

/**
 * Bundles the simulation with the functions' code, as the functions are bundled, and loads it into this process.
 *
 * @param mutant a mistake to put into the code. Default: none.
 * @throws {Error} where the mutant's text isn't in its file any more.
 */
export const loadSimulator = async (mutant?: Mutant): Promise<Simulator> => {
  const plugins = [unwritten, ...(mutant === undefined ? [] : [mutate(mutant)])];
  const [whole, snsSignature] = await Promise.all([
    bundle('evidence/simulation/simulator.ts', plugins),
    bundle('lambdas/providers/shared/sns/signature.ts', [sharedRejection, ...plugins]),
  ]);

  Object.assign(process.env, ENVIRONMENT);
  const { simulator, rejection, provideVerifySns } = whole(require) as typeof import('./simulator.ts');
  const requireShared = (name: string): unknown => (name === REJECTION ? rejection : require(name));
  provideVerifySns(() => {
    const { verifySns } = snsSignature(
      requireShared,
    ) as typeof import('../../lambdas/providers/shared/sns/signature.ts');
    return verifySns;
  });
  return simulator;
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

const REJECTION = 'gatepost:rejection';

/** A rejection is told by its class, of which there must be one. */
const sharedRejection: Plugin = {
  name: 'shared-rejection',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/rejection\.ts$/ }, () => ({ path: REJECTION, external: true }));
  },
};

/** What fan-out looks for when its file is loaded; the fan-outs of the simulation are given their own. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  EVENT_LOG_TABLE: 'none',
  RETENTION_SECONDS: '1',
  UNRECOGNIZED_QUEUE_URL: 'none',
  ENTITIES: 'none',
} as const;

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

const mutate = ({ name, also, ...edit }: Mutant): Plugin => ({
  name,
  setup: ({ onLoad }) => {
    const edits = also === undefined ? [edit] : [edit, also];
    // The first of several plugins that load a file is the only one.
    for (const [file, ofFile] of Map.groupBy(edits, (each) => each.file)) {
      const path = join(PROJECT_ROOT, file);
      onLoad({ filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) }, async (loaded) => {
        if (loaded.path !== path) return undefined;
        const text = await readFile(path, 'utf8');
        return {
          contents: ofFile.reduce((changed, one) => changedBy(one, changed, name), text),
          loader: 'ts',
        };
      });
    }
  },
});

const changedBy = ({ file, from, to }: Edit, text: string, mutant: string): string => {
  if (text.split(from).length !== 2) {
    throw new Error(`mutant ${mutant}: this stands not once in ${file} any more: ${from}`);
  }
  return text.replace(from, () => to);
};
