import type { Objects } from '../../../lambdas/bodies/objects.ts';

/** A bucket in memory, by the URI of each object. */
export const objectsInMemory = (): Objects & { readonly kept: Map<string, Buffer> } => {
  const kept = new Map<string, Buffer>();
  const uriOf = (key: string): string => `s3://gatepost-bodies/${key}`;
  return {
    kept,
    uriOf,
    put: async (key, { bytes }) => {
      kept.set(uriOf(key), bytes);
    },
    get: async (uri) => {
      const bytes = kept.get(uri);
      if (bytes === undefined) throw Object.assign(new Error('there is none'), { name: 'NoSuchKey' });
      return bytes;
    },
  };
};
