import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SigningHash } from '../../../lambdas/runtime/signing-hash.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
/** As the SDK may give a secret: as text, as bytes in the middle of others, as the bytes alone. */
const secrets = fc.oneof(
  fc.string(),
  fc.tuple(bytes, bytes).map(([before, secret]) => Buffer.concat([before, secret]).subarray(before.length)),
  bytes.map((secret) => new Uint8Array(secret).buffer),
);

const digestOf = async (hash: SigningHash, parts: readonly Uint8Array[]): Promise<string> => {
  for (const part of parts) hash.update(part);
  return Buffer.from(await hash.digest()).toString('hex');
};

test('without a secret it is SHA-256', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), async (parts) => {
      const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      const hash = new SigningHash();
      expect(await digestOf(hash, parts)).toBe(expected);
      hash.reset();
      expect(await digestOf(hash, parts)).toBe(expected);
    }),
  );
});

test('with a secret it is HMAC-SHA-256, each time that the same secret comes', async () => {
  await fc.assert(
    fc.asyncProperty(secrets, fc.array(bytes), async (secret, parts) => {
      const key = secret instanceof ArrayBuffer ? new Uint8Array(secret) : secret;
      const expected = createHmac('sha256', key).update(Buffer.concat(parts)).digest('hex');
      for (const hash of [new SigningHash(secret), new SigningHash(secret)]) {
        expect(await digestOf(hash, parts)).toBe(expected);
        hash.reset();
        expect(await digestOf(hash, parts)).toBe(expected);
      }
    }),
  );
});
