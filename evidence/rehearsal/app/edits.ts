import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { synthesize } from '../../../local/synthesize.ts';

/**
 * How the customer's app looks at a time of the rehearsal:
 * - `shipped`: as it comes;
 * - `extended`: with two sources more, and a retention that is a day longer;
 * - `reduced`: as `extended`, without Avaza;
 * - `broken`: as `extended` with a retention of another day, and with a resource that can't be created.
 */
export type Edit = 'shipped' | 'extended' | 'reduced' | 'broken';

const EDITS: readonly Edit[] = ['shipped', 'extended', 'reduced', 'broken'];
const APP = join(import.meta.dirname, 'app.ts');

/** The directories of the cloud assemblies of all edits. */
export type Assemblies = Readonly<Record<Edit, string>>;

/**
 * Synthesizes the app with each edit.
 *
 * @param directory where the assemblies go. What is in it is deleted.
 */
export const synthesizeEdits = async (directory: string): Promise<Assemblies> => {
  await rm(directory, { recursive: true, force: true });
  await synthesize(PROJECT_ROOT, directory, `"${process.execPath}" "${APP}"`);
  return Object.fromEntries(EDITS.map((edit) => [edit, join(directory, edit)])) as Assemblies;
};

/**
 * Copies the assemblies and changes the copies.
 *
 * @param directory where the copies go.
 */
export const copyAssemblies = async (
  assemblies: Assemblies,
  directory: string,
  change: (assembly: string) => Promise<void>,
): Promise<Assemblies> => {
  await rm(directory, { recursive: true, force: true });
  const copies = Object.entries(assemblies).map(async ([edit, assembly]) => {
    const copy = join(directory, edit);
    await cp(assembly, copy, { recursive: true });
    await change(copy);
    return [edit, copy] as const;
  });
  return Object.fromEntries(await Promise.all(copies)) as Assemblies;
};
