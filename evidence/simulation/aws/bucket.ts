import { bucketObjects, type Objects } from '../../../lambdas/bodies/objects.ts';
import type { ObjectCalls, ObjectPlace } from '../../../lambdas/bodies/s3.ts';
import type { Calls } from '../calls.ts';
import { retried } from './retried.ts';

/** A bucket of S3: it has what was put last. */
export interface Bucket {
  put(key: string, bytes: Buffer): void;
  /** @throws {NoSuchKey} */
  get(key: string): Buffer;
  has(key: string): boolean;
}

export const BUCKET = 'gatepost-bodies';

/** S3 has no object with that key. */
class NoSuchKey extends Error {
  override readonly name = 'NoSuchKey';
}

/** @param overwritten told of each object that is put anew with another content. */
export const createBucket = (overwritten: (key: string) => void): Bucket => {
  const objects = new Map<string, Buffer>();
  return {
    put: (key, bytes) => {
      if (objects.get(key)?.equals(bytes) === false) overwritten(key);
      objects.set(key, bytes);
    },
    get: (key) => {
      const bytes = objects.get(key);
      if (bytes === undefined) throw new NoSuchKey('The specified key does not exist.');
      return bytes;
    },
    has: (key) => objects.has(key),
  };
};

/** The calls that our code makes of S3, in the place of those with the SDK's client. */
export const connectBucket = (calls: Calls, bucket: Bucket): ObjectCalls => ({
  put: (place, { bytes }, signal) =>
    retried(calls, 'PutObject', () => bucket.put(keyIn(place), Buffer.from(bytes)), signal),
  get: (place, signal) => retried(calls, 'GetObject', () => bucket.get(keyIn(place)), signal),
});

/** The bucket as the functions have it: the code that reads and writes references is their own. */
export const objectsIn = (calls: Calls, bucket: Bucket): Objects =>
  bucketObjects(BUCKET, {}, async () => () => connectBucket(calls, bucket));

const keyIn = ({ bucket, key }: ObjectPlace): string => {
  if (bucket !== BUCKET) throw new Error(`there is no bucket ${bucket}`);
  return key;
};

/** The key of the object that a URI names. */
export const keyOf = (uri: string): string => uri.slice(`s3://${BUCKET}/`.length);
