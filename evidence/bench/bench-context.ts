import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outside, startOutside } from '../../local/internet/internet.ts';
import { loadPki, type Pki } from '../../senders/pki.ts';
import { type Bundles, makeBundles } from './bundles.ts';
import { SECRET } from './sources.ts';
import { type Stub, startStub } from './stub/stub.ts';

/** What the rows of the bench share. */
export interface BenchContext {
  readonly bundles: Bundles;
  readonly pki: Pki;
  /** Plays the hosts outside of AWS. */
  readonly outside: Outside;
  /** Plays AWS. */
  readonly stub: Stub;
  /** A directory for files of this run. */
  readonly directory: string;
  /** Whether only to see that everything works: the figures are rough then. */
  readonly quick: boolean;
  /** Ends everything and removes what it wrote. */
  end(): Promise<void>;
}

/** Starts what the rows share. */
export const startBench = async (quick: boolean): Promise<BenchContext> => {
  const ending = new AsyncDisposableStack();
  try {
    const directory = await mkdtemp(join(tmpdir(), 'gatepost-bench-'));
    ending.defer(() => rm(directory, { recursive: true, force: true }));
    const bundles = await makeBundles();
    ending.defer(() => bundles.remove());
    const pki = await loadPki(join(directory, 'pki'));
    const outside = await startOutside(pki);
    ending.defer(() => outside.stop());
    const stub = await startStub(SECRET);
    ending.defer(() => stub.stop());
    return { bundles, pki, outside, stub, directory, quick, end: () => ending.disposeAsync() };
  } catch (error) {
    await ending.disposeAsync();
    throw error;
  }
};
