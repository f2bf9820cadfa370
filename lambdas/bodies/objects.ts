import { AWS_CLIENT } from '../runtime/aws-client.ts';
import type { ObjectCalls, ObjectContent, S3Configuration } from './s3.ts';

/** The bucket of what is too large for a message or for an item. */
export interface Objects {
  /** The URI of an object: `s3://<bucket>/<key>`. */
  uriOf(key: string): string;
  /** Writes an object. Its content depends on nothing but its key, so that it may be written again. */
  put(key: string, object: ObjectContent, signal?: AbortSignal): Promise<void>;
  /** Reads an object, of this or of another bucket, by its URI. @throws {Error} `NoSuchKey` if there is none. */
  get(uri: string, signal?: AbortSignal): Promise<Buffer>;
}

/**
 * Objects in S3. The client is loaded at the first use, because few deliveries need it, and it would delay every cold start.
 *
 * @param configuration of the client. Default: that of a function.
 */
export const bucketObjects = (
  bucket: string,
  configuration: S3Configuration = AWS_CLIENT,
  load: () => Promise<(configuration: S3Configuration) => ObjectCalls> = loadS3,
): Objects => {
  let loading: Promise<ObjectCalls> | undefined;
  const calls = (): Promise<ObjectCalls> => {
    loading ??= load().then((connect) => connect(configuration));
    return loading;
  };
  return {
    uriOf: (key) => `${SCHEME}${bucket}/${key}`,
    put: async (key, object, signal) => (await calls()).put({ bucket, key }, object, signal),
    get: async (uri, signal) => (await calls()).get(placeOf(uri), signal),
  };
};

const SCHEME = 's3://';

/** @throws {Error} if it is not the URI of an object. */
const placeOf = (uri: string) => {
  const slash = uri.indexOf('/', SCHEME.length);
  if (!uri.startsWith(SCHEME) || slash === -1) throw new Error('not the URI of an object in S3');
  return { bucket: uri.slice(SCHEME.length, slash), key: uri.slice(slash + 1) };
};

/** In a bundle it is a file of its own: `lib/bundle.ts`. */
const loadS3 = async () => (await import('#s3')).connectS3;
