import * as v from 'valibot';
import { identifier, type JsonValue } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { isInItem, type Locatable, locate, place } from '../../verification/place.ts';
import { isSameText } from '../../verification/schemes/token.ts';
import type { SecretCheck } from '../../verification/secret-check.ts';
import { secretHash } from '../../verification/secret-hash.ts';
import type { Verdict } from '../provider.ts';
import { isToBeSigned, unsigned } from './answer-place.ts';
import { settingsObject } from './common-settings.ts';

const SHOULD_BE_MARK =
  'must be the value at that place: text such as "url_verification", a number, or [] for an empty list';
const SHOULD_BE_ANSWER =
  'must be an object of places, such as { "challenge": "body:challenge" }, or one place for plain text';
const SHOULD_BE_NAME =
  'must name fields, or headers in lower case such as "header:webhook-allowed-origin", which are not those of the connection or the content';
const SHOULD_BE_METHOD = 'must be "POST", "GET", "HEAD" or "OPTIONS"';

const HEADER = 'header:';

/** A place in the delivery as a whole. */
export const deliveryPlace = v.pipe(
  place,
  v.check((where) => !isInItem(where), 'must be in the delivery, not in one of its items'),
);

/** A place in the delivery, or `hmac:` and such a place. */
const answerPlace = v.pipe(
  v.string(SHOULD_BE_ANSWER),
  v.check((where) => v.is(deliveryPlace, unsigned(where)), SHOULD_BE_ANSWER),
);

/**
 * For a SaaS that verifies a URL before it uses it: how such a request is recognized, and what is answered.
 *
 * `{ at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } }`
 */
export const handshakeSetting = v.pipe(
  settingsObject({
    /** The method of the request. Another than POST gets a route of its own, and is never signed. Default: `POST`. */
    method: v.optional(v.picklist(['POST', 'GET', 'HEAD', 'OPTIONS'], SHOULD_BE_METHOD)),

    /** The place that marks the request. Default: none, so the method marks it. */
    at: v.optional(deliveryPlace),

    /** The value there: text, a number, or `[]` for an empty list. Default: any. */
    is: v.optional(
      v.union(
        [v.pipe(v.string(), v.minLength(1, SHOULD_BE_MARK)), v.number(), v.strictTuple([])],
        SHOULD_BE_MARK,
      ),
    ),

    /** Whether a POST is signed like a delivery. Default: true. */
    signed: v.optional(v.boolean('must be true or false')),

    /** The place of the source's secret, for a request that carries it: `query:hub.verify_token`. Default: none. */
    secretAt: v.optional(deliveryPlace),

    /**
     * What is answered: an object of places, which is written as JSON; or one place, for plain text. A name that begins
     * with `header:` is a header of the response. `hmac:` before a place gives the HMAC of the value there, with the
     * algorithm, the encoding and the secret of the source. Default: the outcome and the delivery's id.
     */
    answer: v.optional(
      v.union(
        [answerPlace, v.record(v.pipe(v.string(), v.check(isAnswerName, SHOULD_BE_NAME)), answerPlace)],
        SHOULD_BE_ANSWER,
      ),
    ),
  }),
  v.check(
    ({ method = 'POST', at }) => at !== undefined || method !== 'POST',
    'needs at, the place that marks the request: otherwise each delivery would be one',
  ),
  v.check(
    ({ at }) => at?.startsWith('text:') !== true,
    'needs at to be a place in the request: a text is the same in each',
  ),
  v.check(
    ({ method = 'POST', signed }) => method === 'POST' || signed !== true,
    'must not be signed: only a POST can be',
  ),
  v.check(
    ({ method = 'POST', signed, secretAt }) =>
      secretAt === undefined || method !== 'POST' || signed === false,
    'needs signed: false for secretAt: a signed request needs no secret in it',
  ),
  v.check(
    ({ method = 'POST', at, secretAt, answer }) =>
      method === 'POST' ||
      ![at, secretAt, ...placesIn(answer)].some((where) => where?.startsWith('body:') === true),
    'must have no place in the body: only a POST has one',
  ),
  v.check(
    ({ method = 'POST', answer }) => answer !== undefined || method === 'POST' || method === 'HEAD',
    'needs answer: what a GET or OPTIONS request is to be answered',
  ),
);

export type Handshake = v.InferOutput<typeof handshakeSetting>;

/** Whether a request is answered before its signature is verified. */
export const isUnsigned = ({ method = 'POST', signed = true }: Handshake): boolean =>
  method !== 'POST' || !signed;

/** Whether the answer has an HMAC in it. */
export const signsAnswer = (handshake: Handshake | undefined): boolean =>
  placesIn(handshake?.answer).some(isToBeSigned);

/** The places of an answer. */
function placesIn(answer: string | Readonly<Record<string, string>> = {}): readonly string[] {
  return typeof answer === 'string' ? [answer] : Object.values(answer);
}

/** Whether a name of an answer is a field of JSON, or a header that the connection leaves to us. */
function isAnswerName(name: string): boolean {
  if (!name.startsWith(HEADER)) return true;
  const header = name.slice(HEADER.length);
  return /^[a-z0-9-]+$/.test(header) && !/^(?:content-|transfer-|connection$|set-cookie$|date$)/.test(header);
}

/** Whether a request is the handshake. */
export const isHandshake = ({ method = 'POST', at, is }: Handshake, sent: Requested): boolean => {
  if (sent.method !== method) return false;
  if (at === undefined) return true;
  const found = locate(at, sent);
  if (is === undefined) return found !== undefined;
  return Array.isArray(is) ? isEmptyList(found) : identifier(found) === String(is);
};

/** A request in which a handshake is looked for. */
export interface Requested extends Locatable {
  readonly method: string;
}

/** A list without entries: also the trial of senders that send lists. */
export const isEmptyList = (value: JsonValue | undefined): boolean =>
  Array.isArray(value) && value.length === 0;

/**
 * The verdict on a handshake.
 *
 * @param sign the HMAC of a text with the source's secret.
 * @throws {Rejection} `body-shape` if there is nothing to answer, or if it can't be a header.
 */
export const confirmHandshake = (
  { answer }: Handshake,
  sent: Requested,
  sign: (text: string) => string,
): Verdict<never> => {
  if (answer === undefined) return { outcome: 'confirmed' };
  const read = (where: string): JsonValue => {
    const value = locate(unsigned(where), sent);
    const text = identifier(value);
    if (value === undefined || text === undefined) {
      throw new Rejection('body-shape', `the handshake has nothing at ${where}`);
    }
    return isToBeSigned(where) ? sign(text) : value;
  };
  if (typeof answer === 'string') return { outcome: 'confirmed', answer: String(identifier(read(answer))) };

  const entries = Object.entries(answer).map(([name, where]) => [name, read(where)] as const);
  const headers = entries.filter(([name]) => name.startsWith(HEADER));
  const fields = entries.filter(([name]) => !name.startsWith(HEADER));
  return {
    outcome: 'confirmed',
    ...(fields.length > 0 && { answer: Object.fromEntries(fields) }),
    ...(headers.length > 0 && {
      answerHeaders: Object.fromEntries(
        headers.map(([name, value]) => [name.slice(HEADER.length), headerText(value)]),
      ),
    }),
  };
};

const headerText = (value: JsonValue): string => {
  const text = String(identifier(value));
  if (/[^\x20-\x7e]/.test(text)) throw new Rejection('body-shape', 'the answer can’t be in a header');
  return text;
};

/** Whether a stranger may ask for the HMAC of a text: the request is not signed, and has no secret in it. */
export const signsForStrangers = (handshake: Handshake | undefined): boolean =>
  handshake !== undefined &&
  isUnsigned(handshake) &&
  handshake.secretAt === undefined &&
  signsAnswer(handshake);

/**
 * Checks that a challenge is not the text of a delivery, which would then be signed for the person who asks: that text
 * has a JSON object or array in it.
 *
 * @throws {Rejection} `body-shape` if it may be one.
 */
export const checkChallenge = (text: string): void => {
  if (!/[{[]/.test(text)) return;
  throw new Rejection(
    'body-shape',
    'the challenge could be the text of a delivery, which only the sender signs',
  );
};

/** Checks the secret in an unsigned handshake. @throws {Rejection} `signature-missing`, `signature-mismatch` or 503. */
export const checkHandshakeSecret = async (
  { secretAt }: Handshake,
  sent: Requested,
  secrets: SecretCheck,
): Promise<void> => {
  if (secretAt === undefined) return;
  const given = identifier(locate(secretAt, sent));
  if (given === undefined) throw new Rejection('signature-missing', `there is no secret at ${secretAt}`);
  const isHash = sent.hashed?.has(secretAt) === true;
  if (await secrets((secret) => isSameText(given, isHash ? secretHash(secret) : secret))) return;
  throw new Rejection('signature-mismatch', `the secret at ${secretAt} is wrong`);
};
