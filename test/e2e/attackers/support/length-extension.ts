import { hash } from 'node:crypto';

// SHA-256 that goes on where another one ended, which is all that a length extension is. Node's own lets nobody set the
// state. FIPS 180-4, https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.180-4.pdf

/**
 * Extends a SHA-256 without knowing what was hashed: from the digest of a text and the text's length, the digest of the
 * text, its padding and a suffix.
 *
 * @param length of the text, in bytes.
 * @returns the digest, and what has to stand behind the text to have it: padding and suffix.
 */
export const extendSha256 = (
  digest: Buffer,
  length: number,
  suffix: string,
): { readonly digest: Buffer; readonly appended: Buffer } => {
  const appended = Buffer.concat([paddingOf(length), Buffer.from(suffix)]);
  const rest = Buffer.concat([Buffer.from(suffix), paddingOf(length + appended.length)]);
  let state: readonly number[] = Array.from({ length: 8 }, (_, at) => digest.readUInt32BE(at * 4));
  for (let at = 0; at < rest.length; at += 64) state = compress(state, rest.subarray(at, at + 64));
  const extended = Buffer.alloc(32);
  state.forEach((word, at) => void extended.writeUInt32BE(word, at * 4));
  return { digest: extended, appended };
};

/** The signature that falls to it: the hash of a secret and, behind it, the body. */
export const naiveMac = (secret: string, body: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(secret), body]), 'buffer');

const paddingOf = (length: number): Buffer => {
  const padding = Buffer.alloc(((119 - (length % 64)) % 64) + 9);
  padding[0] = 0x80;
  padding.writeBigUInt64BE(BigInt(length) * 8n, padding.length - 8);
  return padding;
};

const compress = (state: readonly number[], block: Buffer): readonly number[] => {
  const w = Array.from({ length: 16 }, (_, at) => block.readUInt32BE(at * 4));
  for (let t = 16; t < 64; t++) {
    const [a, b] = [word(w, t - 15), word(w, t - 2)];
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w.push((word(w, t - 16) + s0 + word(w, t - 7) + s1) >>> 0);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + word(K, t) + word(w, t)) >>> 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((value, at) => (value + word(state, at)) >>> 0);
};

const word = (words: readonly number[], at: number): number => words[at] ?? 0;
const rotate = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K: readonly number[] = (() => {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes.map((prime) => Number(cubeRoot(prime << 96n) & 0xffff_ffffn));
})();

function cubeRoot(n: bigint): bigint {
  let low = 0n;
  let high = n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** 3n <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}
