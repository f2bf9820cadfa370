import { rm } from 'node:fs/promises';

/** Removes what `synthesize-once.ts` made. */
// biome-ignore lint/style/noDefaultExport: Jest calls it
export default async (): Promise<void> => {
  const directory = process.env.GATEPOST_TEST_ASSEMBLY;
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
};
