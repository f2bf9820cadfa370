import { identifier } from '../core/json.ts';
import { Rejection } from '../core/rejection.ts';
import { headerValues, type Separators } from './header-list.ts';
import { kindOf, type Locatable, locate } from './place.ts';
import { decodeExactly, readSignature, type SignatureEncoding } from './signature-text.ts';

/** Where a delivery's proof stands, and how it is written. */
export interface ProofForm {
  /** Places, of which at least one must have a value: `header:x-signature`, `header:x-docusign-signature-*`. */
  readonly at: readonly string[];
  /** The text before it: `sha256=`. */
  readonly prefix: string;
  /** `any`: hex or base64, of a sender that doesn't document which; the prefix may then be missing. `text`: a token. */
  readonly encoding: SignatureEncoding | 'any' | 'text';
  /** The length of a signature. Default: any length. */
  readonly bytes?: number | undefined;
  /** Of header lists. Default: commas or semicolons, and equals signs. */
  readonly separators?: Separators | undefined;
  /**
   * For a list such as `v1,<signature> v1a,<signature>`, separated by white space: the length of a signature in bytes, by
   * version. Entries of other versions are skipped.
   */
  readonly versions?: ReadonlyMap<string, number>;
}

/** A signature or a token as it came. */
export interface Proof {
  readonly bytes: Buffer;
  readonly encoding: SignatureEncoding | 'text';
  /** In a list of versions. */
  readonly version?: string;
  /** Whether the token is the hash of the one that came: of a request that was refused and kept. */
  readonly isHash?: boolean;
}

/** A sender signs once per key, and has several keys only during a rotation. Longer lists are refused without work. */
const MAX_PROOFS = 20;

/**
 * The signatures of a delivery. A malformed one beside a good one is skipped: only the sender can add a good one.
 *
 * @throws {Rejection} `signature-missing` or `signature-malformed`.
 */
export const readProofs = (form: ProofForm, from: Locatable): readonly Proof[] => {
  const texts = proofTexts(form, from);
  if (form.versions !== undefined)
    return readVersions(
      form.versions,
      texts.map(({ text }) => text),
    );
  const proofs: Proof[] = [];
  let fault: string | undefined;
  for (const { text, isHash } of texts) {
    const read = readProof(form, text);
    if (typeof read === 'string') fault ??= read;
    else proofs.push(isHash ? { ...read, isHash } : read);
  }
  if (proofs.length === 0 && fault !== undefined) throw malformed(fault);
  return proofs;
};

interface ProofText {
  readonly text: string;
  readonly isHash: boolean;
}

/** The texts at the places of a proof, at least one. @throws {Rejection} as {@link readProofs}. */
const proofTexts = ({ at, separators }: ProofForm, from: Locatable): readonly ProofText[] => {
  const texts = at.flatMap((place) => {
    const isHash = from.hashed?.has(place) === true;
    return textsAt(place, from, separators)
      .filter(isNotBlank)
      .map((text) => ({ text, isHash }));
  });
  if (texts.length > MAX_PROOFS) throw malformed(`there are more than ${MAX_PROOFS} signatures`);
  if (texts.length > 0) return texts;
  const partly = at.find((place) => isHeaderThere(place, from));
  if (partly !== undefined) throw malformed(`the header has no value at ${partly}`);
  throw new Rejection('signature-missing', `there is nothing at ${at.join(' or ')}`);
};

/** The texts at a place, as they came. */
export const textsAt = (
  place: string,
  from: Locatable,
  separators: Separators | undefined,
): readonly string[] => {
  if (kindOf(place) === 'header') return headerValues(from.headers, nameOf(place), separators);
  const value = identifier(locate(place, from));
  return value === undefined ? [] : [value];
};

const isNotBlank = (text: string): boolean => /\S/.test(text);

const isHeaderThere = (place: string, { headers }: Locatable): boolean =>
  kindOf(place) === 'header' && Boolean(headers[nameOf(place).split('.')[0] ?? '']?.trim());

const nameOf = (place: string): string => place.slice(place.indexOf(':') + 1);

/** @returns what is wrong with it, if it is no signature. */
const readProof = ({ prefix, encoding, bytes }: ProofForm, sent: string): Proof | string => {
  const text = encoding === 'any' ? sent.trim() : sent;
  const hasPrefix = text.startsWith(prefix);
  if (!hasPrefix && encoding !== 'any') return `the signature doesn't begin with ${prefix}`;
  const bare = hasPrefix ? text.slice(prefix.length) : text;
  if (encoding === 'text') return { bytes: Buffer.from(bare), encoding };
  const proof = encoding === 'any' ? readSignature(bare, bytes ?? 0) : exactly(bare, encoding);
  if (proof !== undefined && (bytes === undefined || proof.bytes.length === bytes)) return proof;
  return `the signature is not ${encoding === 'any' ? 'hex or base64' : encoding}${bytes === undefined ? '' : ` of ${bytes} bytes`}`;
};

const exactly = (text: string, encoding: SignatureEncoding): Proof | undefined => {
  const bytes = decodeExactly(text, encoding);
  return bytes && { bytes, encoding };
};

/** As in the reference libraries: one good entry is enough. */
const readVersions = (
  lengths: NonNullable<ProofForm['versions']>,
  texts: readonly string[],
): readonly Proof[] => {
  const entries = texts.flatMap((text) => [...text.matchAll(ENTRY)]);
  if (entries.length > MAX_PROOFS) throw malformed(`there are more than ${MAX_PROOFS} signatures`);
  const proofs = entries.flatMap(([, version = '', text = '']) => {
    const bytes = decodeExactly(text, 'base64');
    const fits = bytes !== undefined && bytes.length === lengths.get(version);
    return fits ? [{ bytes, encoding: 'base64' as const, version }] : [];
  });
  // Of other versions nothing is known, so a list of these is no malformed one.
  if (proofs.length === 0 && entries.every(([, version = '']) => lengths.has(version))) {
    throw malformed(`the list has no signature of ${[...lengths.keys()].join(' or ')} in base64`);
  }
  return proofs;
};

/** `v1,<signature>`, also with white space behind the comma. */
const ENTRY = /(?<=^|\s)(v\d+[a-z]*),\s*([^\s,]+)(?=\s|$)/g;

const malformed = (detail: string) => new Rejection('signature-malformed', detail);
