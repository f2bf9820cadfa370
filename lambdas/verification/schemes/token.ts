import { hash, timingSafeEqual } from 'node:crypto';
import type { Method } from '../scheme.ts';
import { secretHash } from '../secret-hash.ts';

/** How a secret is sent: as it is, or as the credentials of Basic authentication, in base64. */
export const TOKEN_FORMS = ['plain', 'basic'] as const;

export type TokenForm = (typeof TOKEN_FORMS)[number];

/** The secret itself is sent. */
export const tokenMethod = (form: TokenForm): Method<string> => ({
  name: form === 'basic' ? 'the secret in base64' : 'the secret itself',
  form: { kind: 'token', tokenForm: form },
  readKey: (secret) => (form === 'basic' ? Buffer.from(secret).toString('base64') : secret),
  keyForm: 'text',
  proves: (key, proofs) =>
    proofs.some(({ bytes, isHash }) => isSame(bytes, Buffer.from(isHash === true ? secretHash(key) : key))),
});

/** Compares in constant time, independent of the lengths. */
export const isSameText = (one: string, other: string): boolean =>
  isSame(Buffer.from(one), Buffer.from(other));

const isSame = (one: Buffer, other: Buffer): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
