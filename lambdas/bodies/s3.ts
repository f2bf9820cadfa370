import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/* In a bundle this is a file of its own, which is loaded at the first use of the bucket: `import('#s3')`. */

export type S3Configuration = S3ClientConfig;

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectContent {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** The calls of S3 that Gatepost makes. */
export interface ObjectCalls {
  put(place: ObjectPlace, object: ObjectContent, signal?: AbortSignal): Promise<void>;
  /** @throws {Error} `NoSuchKey` if there is none, or `AccessDenied` if the caller may not list the bucket. */
  get(place: ObjectPlace, signal?: AbortSignal): Promise<Buffer>;
}

/** A client of S3. */
export const connectS3 = (configuration: S3Configuration): ObjectCalls => {
  const s3 = new S3Client(configuration);
  return {
    put: async ({ bucket, key }, { bytes, contentType }, abortSignal) => {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }),
        abortSignal && { abortSignal },
      );
    },
    get: async ({ bucket, key }, abortSignal) => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key }),
        abortSignal && { abortSignal },
      );
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
};
