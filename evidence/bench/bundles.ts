import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUNDLE_OPTIONS, S3_ENTRY, S3_IMPORT } from '../../lib/bundle-options.ts';

/** Bundles made for this run. */
export interface Bundles {
  /**
   * Bundles a file as every function is, once.
   *
   * @param entry the file that exports `handler`, from the project's root.
   * @returns the bundle's path.
   */
  of(entry: string): Promise<string>;
  /** The same, but with the AWS SDK as it comes, where the functions have it trimmed. */
  withWholeSdk(entry: string): Promise<string>;
  /** Removes them. */
  remove(): Promise<void>;
}

/** A place for bundles. */
export const makeBundles = async (): Promise<Bundles> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-bench-'));
  // Beside them, as beside every function, the client of S3.
  await writeFile(join(directory, 'package.json'), JSON.stringify({ imports: { [S3_IMPORT]: './s3.cjs' } }));
  await build({ ...BUNDLE_OPTIONS, entryPoints: [S3_ENTRY], outfile: join(directory, 's3.cjs') });
  const made = new Map<string, Promise<string>>();
  const make = async (entry: string, name: string, options: BuildOptions): Promise<string> => {
    const outfile = join(directory, `${name}.cjs`);
    await build({ ...BUNDLE_OPTIONS, ...options, entryPoints: [entry], outfile });
    return outfile;
  };
  const once = (entry: string, kind: string, options: BuildOptions): Promise<string> => {
    const name = `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}${kind}`;
    const bundle = made.get(name) ?? make(entry, name, options);
    made.set(name, bundle);
    return bundle;
  };
  return {
    of: (entry) => once(entry, '', {}),
    withWholeSdk: (entry) => once(entry, '-whole', { alias: {} }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};
