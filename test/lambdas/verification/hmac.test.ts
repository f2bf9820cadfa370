import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HMAC_BYTES, isAnyHmac, isHmac } from '../../../lambdas/verification/hmac.ts';
import { decodeExactly, readSignature } from '../../../lambdas/verification/signature-text.ts';
import { anyText, utf8Text } from '../support/text.ts';

const LENGTHS = [20, 32, 64] as const;
const signature = fc
  .constantFrom(...LENGTHS)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
  .map((bytes) => Buffer.from(bytes));

/** The same text with each of its letters in one case or the other. */
const inAnyCase = (text: string, cases: readonly boolean[]): string =>
  [...text].map((letter, at) => (cases[at % cases.length] ? letter.toUpperCase() : letter)).join('');

describe('a signature is read', () => {
  test('as hex in whatever case', () => {
    fc.assert(
      fc.property(signature, fc.array(fc.boolean(), { minLength: 1 }), (bytes, cases) => {
        const read = readSignature(inAnyCase(bytes.toString('hex'), cases), bytes.length);
        expect(read).toEqual({ bytes, encoding: 'hex' });
      }),
    );
  });

  test('as base64 or base64url, with padding or without', () => {
    fc.assert(
      fc.property(signature, (bytes) => {
        const base64 = bytes.toString('base64');
        const base64url = bytes.toString('base64url');
        const padding = base64.slice(base64url.length);
        for (const text of [base64, base64.slice(0, base64url.length), base64url, base64url + padding])
          expect(readSignature(text, bytes.length)).toEqual({ bytes, encoding: 'base64' });
      }),
    );
  });
});

describe('a signature is refused', () => {
  test('of any other length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(...LENGTHS), (bytes, length) => {
        fc.pre(bytes.length !== length);
        expect(readSignature(Buffer.from(bytes).toString('hex'), length)).toBeUndefined();
        for (const encoding of ['base64', 'base64url'] as const) {
          const text = Buffer.from(bytes).toString(encoding);
          // 48 zero bytes are 64 times A in base64: that is read as hex, and rightly.
          if (!/^[0-9a-f]+$/i.test(text)) expect(readSignature(text, length)).toBeUndefined();
        }
      }),
    );
    expect(readSignature('ab'.repeat(31), 32)).toBeUndefined();
    expect(readSignature('ab'.repeat(33), 32)).toBeUndefined();
    expect(readSignature('', 32)).toBeUndefined();
  });

  test('whose last bits say more than its bytes hold, so that no two texts are one base64 signature', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    fc.assert(
      fc.property(signature, (bytes) => {
        const bare = bytes.toString('base64').replace(/=+$/, '');
        const last = bare.at(-1) ?? '';
        const others = [...alphabet].filter((letter) => letter !== last);
        for (const other of others) {
          const text = bare.slice(0, -1) + other;
          const same = Buffer.from(text, 'base64').equals(bytes);
          if (same) expect(readSignature(text, bytes.length)).toBeUndefined();
          else expect(readSignature(text, bytes.length)?.bytes.equals(bytes) ?? false).toBe(false);
        }
      }),
    );
  });

  test.each([
    ['a space before it', (text: string) => ` ${text}`],
    ['a space behind it', (text: string) => `${text} `],
    ['a newline behind it', (text: string) => `${text}\n`],
    ['a newline inside', (text: string) => `${text.slice(0, 8)}\n${text.slice(8)}`],
    ['another letter at its end', (text: string) => `${text.slice(0, -1)}z`],
    ['quotes around it', (text: string) => `"${text}"`],
    ['a second one', (text: string) => `${text},${text}`],
    ['the other alphabet inside', (text: string) => `+-/_${text.slice(4)}`],
    ['too much padding', (text: string) => `${text}===`],
    ['padding inside', (text: string) => `=${text.slice(1)}`],
    ['a letter of another script', (text: string) => `а${text.slice(1)}`],
    ['a zero byte', (text: string) => `${text}\0`],
  ])('with %s', (_, spoil) => {
    const bytes = createHmac('sha256', 'k').update('x').digest();
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(readSignature(spoil(bytes.toString(encoding)), 32)).toBeUndefined();
  });

  test('whatever else it is, or it has the right length', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText(), fc.base64String(), fc.string()),
        fc.constantFrom(...LENGTHS),
        (text, length) => {
          expect(readSignature(text, length)?.bytes.length ?? length).toBe(length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('text is decoded exactly', () => {
  const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 70 }).map((bytes) => Buffer.from(bytes));

  test('where it is what its encoding writes, hex in either case', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const hex = bytes.toString('hex');
        expect(decodeExactly(hex, 'hex')).toEqual(bytes);
        expect(decodeExactly(hex.toUpperCase(), 'hex')).toEqual(bytes);
        expect(decodeExactly(bytes.toString('base64'), 'base64')).toEqual(bytes);
      }),
    );
  });

  test.each(['', 'a', 'abc', 'aB', 'Ab', 'zz', 'abzz', 'zzab', 'ABzz', 'zzAB', ' ab', 'ab ', 'ab\n', '0x'])(
    '%j is no hex',
    (text) => {
      expect(decodeExactly(text, 'hex')).toBeUndefined();
    },
  );

  test.each(['', '=', 'YQ', 'YQ=', 'YR==', 'YQ==\n', ' YQ==', 'Y Q==', '-_-_', 'YWI=YWI='])(
    '%j is no base64',
    (text) => {
      expect(decodeExactly(text, 'base64')).toBeUndefined();
    },
  );

  test('so that no two texts mean the same bytes, but for the case of hex', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.base64String(), fc.stringMatching(/^[0-9a-fA-F]+$/)), (text) => {
        expect(decodeExactly(text, 'base64')?.toString('base64') ?? text).toBe(text);
        const hex = decodeExactly(text, 'hex')?.toString('hex') ?? text;
        expect([text, text.toLowerCase()]).toContain(hex);
      }),
    );
  });
});

describe('isAnyHmac', () => {
  const content = Buffer.from('content');
  const right = createHmac('sha256', 'secret').update(content).digest();
  const wrong = Buffer.alloc(32);

  test.each<[string, boolean, readonly Buffer[]]>([
    ['none', false, []],
    ['a wrong one', false, [wrong]],
    ['the right one', true, [right]],
    ['the right one among wrong ones of any length', true, [wrong, Buffer.alloc(0), right, Buffer.alloc(64)]],
  ])('of %s: %s', (_, expected, signatures) => {
    expect(isAnyHmac(signatures, 'sha256', 'secret', content)).toBe(expected);
    expect(isAnyHmac(signatures, 'sha256', Buffer.from('secret'), content)).toBe(expected);
  });
});

test.each(['sha1', 'sha256', 'sha512'] as const)('how long an HMAC of %s is, is known', (algorithm) => {
  expect(createHmac(algorithm, '').digest()).toHaveLength(HMAC_BYTES[algorithm]);
});

describe('isHmac', () => {
  test.each(['sha1', 'sha256', 'sha512'] as const)(
    'knows what Node made with %s, and nothing else',
    (algorithm) => {
      fc.assert(
        fc.property(utf8Text(), fc.uint8Array(), fc.nat(), fc.nat({ max: 254 }), (secret, bytes, at, by) => {
          const content = Buffer.from(bytes);
          const hmac = createHmac(algorithm, secret).update(content).digest();
          expect(isHmac(hmac, algorithm, secret, content)).toBe(true);

          const changed = Buffer.from(hmac);
          changed[at % changed.length] = ((changed[at % changed.length] ?? 0) + 1 + by) % 256;
          expect(isHmac(changed, algorithm, secret, content)).toBe(false);
          expect(isHmac(hmac, algorithm, `${secret}x`, content)).toBe(false);
          expect(isHmac(hmac, algorithm, secret, Buffer.concat([content, Buffer.of(0)]))).toBe(false);
          expect(isHmac(hmac.subarray(1), algorithm, secret, content)).toBe(false);
          expect(isHmac(Buffer.alloc(0), algorithm, secret, content)).toBe(false);
        }),
      );
    },
  );
});
