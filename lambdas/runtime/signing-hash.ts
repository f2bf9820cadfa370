import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';

type Secret = ConstructorParameters<NonNullable<SQSClientConfig['sha256']>>[0];

/**
 * SHA-256, or with a secret HMAC-SHA-256, for the AWS SDK to sign its requests with.
 *
 * The SDK's own hands its signing key to Node as bytes with every request, and to find out that these are no key takes
 * Node 24 three times as long as the HMAC itself. Since the SDK keeps that key for a day, it is made into one once.
 */
export class SigningHash {
  readonly #secret: Secret;
  #hash: ReturnType<typeof begin>;

  constructor(secret?: Secret) {
    this.#secret = secret;
    this.#hash = begin(secret);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = begin(this.#secret);
  }
}

const begin = (secret: Secret) =>
  secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));

const keyOf = (secret: NonNullable<Secret>): string | KeyObject => {
  // Text is the secret access key. Node takes text as it is.
  if (typeof secret === 'string') return secret;
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(
    ArrayBuffer.isView(secret)
      ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
      : new Uint8Array(secret),
  );
  keys.set(secret, key);
  return key;
};

const keys = new WeakMap<object, KeyObject>();
