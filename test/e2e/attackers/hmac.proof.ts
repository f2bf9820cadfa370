import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GENUINE_HMAC, HMAC_FORGERIES, HMAC_SECRETS, HMAC_SOURCES } from './support/forged-hmac.ts';
import { extendSha256, naiveMac } from './support/length-extension.ts';
import { underAttack } from './support/under-attack.ts';

underAttack({ sources: HMAC_SOURCES, secrets: HMAC_SECRETS }, GENUINE_HMAC, HMAC_FORGERIES);

test('the length extension that is tried above does forge a hash over secret and body', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 80 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.string(),
      (secret, bytes, suffix) => {
        const body = Buffer.from(bytes);
        const length = Buffer.byteLength(secret) + body.length;
        const { digest, appended } = extendSha256(naiveMac(secret, body), length, suffix);
        const extended = Buffer.concat([Buffer.from(secret), body, appended]);
        expect(digest).toEqual(hash('sha256', extended, 'buffer'));
      },
    ),
  );
});
