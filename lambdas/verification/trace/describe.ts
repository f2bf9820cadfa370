import { hash } from 'node:crypto';
import { claimsOf, contentsOf, provesAll } from '../claims.ts';
import { locate } from '../place.ts';
import { textsAt } from '../proof.ts';
import { readTime, TIME_UNITS } from '../provider-time.ts';
import type { Scheme } from '../scheme.ts';
import { bytesOf, partsOf, type Signed, signedContent } from '../signed-content.ts';
import { isTimeInContent, signedTime } from '../signed-time.ts';
import { foundProof, wantedProof } from './changes/proof.ts';
import { placeholder } from './templates.ts';
import type { KeyTrace, NearMiss, ProofTrace, SignedPart, SignedTrace, TimeTrace } from './trace.ts';

// The parts of a trace, each by the functions that verify.

/** A trace shows that many contents and proofs. */
const MAX_SHOWN = 20;

/** Where the proof is looked for, and what is there. */
export const describeProof = (delivery: Signed, scheme: Scheme): ProofTrace => {
  const { proof } = scheme;
  const contents = contentsOr(delivery, scheme);
  const found = contents.flatMap((each) =>
    proof.at.flatMap((at) =>
      textsOr(at, each, proof.separators).map((text) => foundProof(proof, { at, text })),
    ),
  );
  return { at: proof.at, wanted: wantedProof(proof), found: found.slice(0, MAX_SHOWN) };
};

/** A list that isn't there has no items: the outcome says so. */
const contentsOr = (delivery: Signed, scheme: Scheme): readonly Signed[] => {
  try {
    return contentsOf(delivery, scheme);
  } catch {
    return [];
  }
};

const textsOr: typeof textsAt = (...args) => {
  try {
    return textsAt(...args);
  } catch {
    // A body that can't be read has nothing at any place.
    return [];
  }
};

/** Which bytes are signed, and of which parts they are. @throws {Rejection} if a part is missing. */
export const describeSigned = (delivery: Signed, scheme: Scheme): readonly SignedTrace[] | undefined => {
  const { content } = scheme;
  if (content === undefined) return undefined;
  return contentsOf(delivery, scheme)
    .slice(0, MAX_SHOWN)
    .map((each) => {
      const bytes = Buffer.concat([...signedContent(content, each)]);
      return { length: bytes.length, sha256: hash('sha256', bytes), parts: partsWithBounds(content, each) };
    });
};

const partsWithBounds = (content: string, delivery: Signed): readonly SignedPart[] => {
  let from = 0;
  return partsOf(content).map(({ literal, name }) => {
    const length =
      name === undefined
        ? Buffer.byteLength(literal)
        : name === 'secret'
          ? 0
          : bytesOf(name, delivery).length;
    const part = name === undefined ? JSON.stringify(literal) : partName(name);
    const cut = { part, from, to: from + length };
    from += length;
    return cut;
  });
};

const partName = (name: string): string => (name.includes(':') ? placeholder(name) : `{${name}}`);

/** A secret of a source, as it was given. */
export interface GivenSecret {
  readonly version: 'current' | 'previous';
  readonly text: string;
}

/** Which keys are tried, and which fits. */
export const describeKeys = (
  delivery: Signed,
  scheme: Scheme,
  secrets: readonly GivenSecret[],
): readonly KeyTrace[] => {
  const { method } = scheme;
  const fits = (key: unknown): boolean => {
    try {
      return provesAll(method, claimsOf(delivery, scheme), key);
    } catch {
      // The outcome has the reason.
      return false;
    }
  };
  if (method.publicKeys !== undefined) {
    return method.publicKeys.map((key, index) => ({
      key: `public key ${index + 1}`,
      form: method.keyForm,
      readable: true,
      fits: fits(key),
    }));
  }
  return secrets.map(({ version, text }) => {
    const key = method.readKey(text);
    return {
      key: nameOf({ version }),
      form: method.keyForm,
      characters: text.length,
      readable: key !== undefined,
      fits: key !== undefined && fits(key),
    };
  });
};

/** What to call a secret: `current secret`. */
export const nameOf = ({ version }: Pick<GivenSecret, 'version'>): string => `${version} secret`;

/** How far off the signed time is. */
export const describeTime = (delivery: Signed, scheme: Scheme): TimeTrace | undefined => {
  const { time } = scheme;
  if (time === undefined) return undefined;
  const { receivedAt } = delivery.request;
  const base = { at: time.at, receivedAt: receivedAt.toISOString(), tolerance: time.tolerance };
  const signedAt = orUndefined(() => signedTime(delivery, time, isTimeInContent(scheme)));
  if (signedAt === undefined) return { ...base, within: false };
  const seconds = Math.abs(receivedAt.getTime() - signedAt.getTime()) / 1000;
  return {
    ...base,
    signedAt: signedAt.toISOString(),
    seconds,
    direction: signedAt > receivedAt ? 'ahead' : 'behind',
    within: seconds <= time.tolerance,
  };
};

const orUndefined = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** What would make a time pass that doesn't, where the signature fits. */
export const timeNearMisses = (
  delivery: Signed,
  { time }: Scheme,
  trace: TimeTrace | undefined,
): readonly NearMiss[] => {
  if (time === undefined || trace === undefined || trace.within) return [];
  const { receivedAt } = delivery.request;
  const value = orUndefined(() => locate(time.at, delivery));
  const key = 'any';
  const unit = TIME_UNITS.filter((one) => one !== time.unit).find((one) => {
    const read = readTime(value, one);
    return read !== undefined && Math.abs(receivedAt.getTime() - read.getTime()) / 1000 <= time.tolerance;
  });
  if (unit !== undefined) {
    return [
      {
        code: `time-in-${unit}`,
        says: `The time is right if it is read as ${unit}. Set timestampUnit: ${JSON.stringify(unit)}.`,
        set: { timestampUnit: unit },
        key,
      },
    ];
  }
  if (trace.seconds === undefined) return [];
  const hours = Math.round(trace.seconds / HALF_HOUR) / 2;
  const isZone = hours > 0 && hours <= 14 && Math.abs(trace.seconds - hours * 3600) <= AROUND;
  if (isZone) {
    return [
      {
        code: 'time-in-another-zone',
        says: `The time is off by almost exactly ${hours} hours: one side takes local time for UTC.`,
        key,
      },
    ];
  }
  return trace.direction === 'behind'
    ? [
        {
          code: 'time-too-old',
          says: [
            'It was signed long before it was received: a late repeat, or the sender’s clock is behind.',
            'For a sender that repeats without signing anew, raise tolerance.',
          ].join(' '),
          key,
        },
      ]
    : [
        {
          code: 'time-ahead',
          says: 'It was signed after it was received: the sender’s clock is ahead, or the time of receipt too early.',
          key,
        },
      ];
};

/** In seconds. Some zones differ by half an hour. */
const HALF_HOUR = 1_800;
const AROUND = 30;
