import type { VerifySns } from '../../lambdas/providers/shared/sns/signature.ts';

// sns-validator keeps its certificates, and our code its count of unreadable ones, for as long as their process lives. The
// simulation has many processes in one, and each has to have a memory of its own: the file is loaded anew for each.

let load: (() => VerifySns) | undefined;

/** From now on loads `sns-signature.ts` in that way. */
export const provideVerifySns = (loader: () => VerifySns): void => {
  load = loader;
};

/** The check of a process that has just started. */
export const newVerifySns = (): VerifySns => {
  if (load === undefined) throw new Error('no loader was set for sns-signature.ts');
  return load();
};
