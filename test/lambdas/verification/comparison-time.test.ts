import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { avaza } from '../../../lambdas/providers/avaza/avaza.ts';
import { isAnyHmac } from '../../../lambdas/verification/hmac.ts';
import { aRequest } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';
import { secretsOf } from '../support/tampering.ts';

// Does the time that a wrong signature takes to be refused tell where it is wrong? Two classes, wrong in the first place
// and wrong in the last, measured in turn and in random order, so that whatever else the machine does falls on both alike;
// then Welch's t-test, after dudect: https://eprint.iacr.org/2016/1123

/** One refusal of each class. */
interface Classes {
  /** Makes the next one wrong in that place; not measured. */
  readonly prepare: (place: 'first' | 'last') => void;
  readonly refuse: () => unknown;
}

/**
 * What dudect calls leaking for certain. Without a leak, 4.5 is passed once in a hundred thousand times; the controls
 * below are far beyond.
 */
const CERTAIN = 10;

/** Welch's t of the two classes: how sure it is that one takes longer. */
const leakage = async ({ prepare, refuse }: Classes, rounds: number): Promise<number> => {
  const times = { first: [] as number[], last: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const place = Math.random() < 0.5 ? 'first' : 'last';
    prepare(place);
    const started = process.hrtime.bigint();
    await refuse();
    // The first ones are not compiled yet.
    if (round > rounds / 5) times[place].push(Number(process.hrtime.bigint() - started));
  }
  // What took much longer than the rest was interrupted, and says nothing about either class.
  const all = [...times.first, ...times.last].sort((one, other) => one - other);
  const longest = all[Math.floor(all.length * 0.8)] ?? 0;
  const [one, other] = [times.first, times.last].map((list) =>
    momentsOf(list.filter((time) => time <= longest)),
  );
  if (one === undefined || other === undefined) throw new Error('nothing was measured');
  return (other.mean - one.mean) / Math.sqrt(one.variance / one.count + other.variance / other.count);
};

const momentsOf = (list: readonly number[]) => {
  const count = list.length;
  const mean = list.reduce((sum, value) => sum + value, 0) / count;
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
};

const SECRET = 'the-secret-of-whoever-is-timed';
const CONTENT = Buffer.from('{"id":"1"}');

/** As many comparisons as one delivery can ask for, so that little is lost beside the HMAC itself. */
const hmacClasses = (compare: typeof isAnyHmac): Classes => {
  const genuine = createHmac('sha256', SECRET).update(CONTENT).digest();
  // The same bytes in the same place for both classes.
  const signature = Buffer.from(genuine);
  const signatures = Array<Buffer>(20).fill(signature);
  return {
    prepare: (place) => {
      genuine.copy(signature);
      const index = place === 'first' ? 0 : 31;
      signature[index] = (signature[index] ?? 0) ^ 1;
    },
    refuse: () => {
      if (compare(signatures, 'sha256', SECRET, CONTENT)) throw new Error('it is not wrong');
    },
  };
};

const earlyExit = (one: Uint8Array, other: Uint8Array): boolean => {
  for (let at = 0; at < other.length; at++) if (one[at] !== other[at]) return false;
  return one.length === other.length;
};

test('an HMAC is compared in a time that does not tell where it is wrong', async () => {
  expect(Math.abs(await leakage(hmacClasses(isAnyHmac), 10_000))).toBeLessThan(CERTAIN);
});

test('a comparison that ends at the first wrong byte would be noticed', async () => {
  const leaking: typeof isAnyHmac = (signatures, algorithm, secret, content) => {
    const expected = createHmac(algorithm, secret).update(content).digest();
    return signatures.some((signature) => earlyExit(signature, expected));
  };
  expect(await leakage(hmacClasses(leaking), 10_000)).toBeGreaterThan(CERTAIN);
});

/** Avaza's secret is compared as a whole header; as long a one as Avaza allows. */
const AVAZA_SECRET = 'x'.repeat(255);
const headerClasses = (refuse: (header: string) => unknown): Classes => {
  const genuine = Buffer.from(`Basic ${Buffer.from(AVAZA_SECRET).toString('base64')}`);
  let header = '';
  return {
    prepare: (place) => {
      const bytes = Buffer.from(genuine);
      // Before it stands no secret: a header without that is refused as malformed, and sooner.
      const index = place === 'first' ? 'Basic '.length : bytes.length - 1;
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      header = bytes.toString();
    },
    refuse: () => refuse(header),
  };
};

test('a secret that is sent along is compared in a time that does not tell where it is wrong', async () => {
  const settings = v.parse(avaza.settings, {});
  const secrets = secretsOf(AVAZA_SECRET);
  const refuse = (authorization: string) =>
    reasonOf(() => avaza.authenticate(aRequest('[]', { headers: { authorization } }), settings, secrets));
  expect(await refuse('Basic x')).toBe('signature-mismatch');
  expect(Math.abs(await leakage(headerClasses(refuse), 5_000))).toBeLessThan(CERTAIN);
});

test('a comparison that ends at the first wrong letter would be noticed', async () => {
  const genuine = Buffer.from(`Basic ${Buffer.from(AVAZA_SECRET).toString('base64')}`);
  const refuse = (header: string) => earlyExit(Buffer.from(header), genuine);
  expect(await leakage(headerClasses(refuse), 5_000)).toBeGreaterThan(CERTAIN);
});
