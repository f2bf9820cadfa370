import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../lib/bundle-options.ts';

/** Bundles made for this run. */
export interface Bundles {
  /**
   * Bundles a file as every function is, once.
   *
   * @param entry the file that exports `handler`, from the project's root.
   * @returns the bundle's path.
   */
  of(entry: string): Promise<string>;
  /** Removes them. */
  remove(): Promise<void>;
}

/** A place for bundles. */
export const makeBundles = async (): Promise<Bundles> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-bench-'));
  const made = new Map<string, Promise<string>>();
  const make = async (entry: string): Promise<string> => {
    const outfile = join(directory, `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}.cjs`);
    await build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile });
    return outfile;
  };
  return {
    of: (entry) => {
      const bundle = made.get(entry) ?? make(entry);
      made.set(entry, bundle);
      return bundle;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};
