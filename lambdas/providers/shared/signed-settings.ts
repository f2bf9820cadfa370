import * as v from 'valibot';
import { HEADER_PLACES } from '../../verification/header-list.ts';
import { isInItem, kindOf } from '../../verification/place.ts';
import { TIME_UNITS } from '../../verification/provider-time.ts';
import { isSignedContent, placesIn, SIGNED_BYTES, signsBody } from '../../verification/signed-content.ts';
import { settingsObject, toleranceSetting } from './common-settings.ts';
import { deliveryPlace } from './handshake.ts';
import type { PlaceSettings } from './place-settings.ts';
import { type Fault, type SettingsOf, when } from './settings-with.ts';

const SHOULD_BE_PROOF =
  'must be the place of the proof in lower case, or a list of such places: "header:x-signature", "header:x-signature.v1", "header:x-signature.1+", "header:x-signature-*", "query:sig", "body:signature" or "item:signature"';
const SHOULD_BE_CONTENT =
  'must be "raw", or a template with at least one place in it, such as "v0:{x-slack-request-timestamp}:{body}" or "{url}{body}"';
const SHOULD_BE_URL = 'must be a URL that begins with https://, such as "https://hooks.example.com/square"';
const SHOULD_BE_SEPARATOR = 'must be one character or two, such as ";"';

const proofPlace = v.pipe(
  v.string(SHOULD_BE_PROOF),
  v.regex(
    new RegExp(`^(?:header:${HEADER_PLACES}|query:[\\w.~-]+|(?:body|item):[^.]+(?:\\.[^.]+)*)$`),
    SHOULD_BE_PROOF,
  ),
);

/** One place of a proof, or several. */
export const proofPlaces = v.union(
  [proofPlace, v.pipe(v.array(proofPlace), v.minLength(1, SHOULD_BE_PROOF))],
  SHOULD_BE_PROOF,
);

/** The place of a proof in the delivery, or several. */
export const deliveryProofPlaces = v.pipe(
  proofPlaces,
  v.check((places) => ![places].flat().some(isInItem), 'must be in the delivery, not in one of its items'),
);

const separator = v.pipe(v.string(SHOULD_BE_SEPARATOR), v.regex(/^[^\w]{1,2}$/, SHOULD_BE_SEPARATOR));

/** Part of the settings of every provider whose deliveries are signed. */
export const signedSettings = {
  /** The text before the signature: `sha256=`. Default: none. */
  prefix: v.optional(v.string('must be the text before the signature, such as "sha256="'), ''),

  /** What separates the entries of a header list, and a key from its value. Default: `,` or `;`, and `=`. */
  separators: v.optional(
    v.pipe(
      settingsObject({ entries: separator, pair: separator }),
      v.check(({ entries, pair }) => entries !== pair, 'must be two different ones'),
    ),
  ),

  /**
   * What is signed: `raw`, the raw body; or a template of texts and places, such as `v0:{x-slack-request-timestamp}:{body}`,
   * `{stripe-signature.t}.{body}` or `{method}{url}{body}`. A place is a header, `{query:name}`, `{body:path}`,
   * `{item:path}`, `{body}`, `{method}`, `{url}`, `{form}` or `{form:sorted}` (the names and values of a form's fields), or
   * `{sha256:body}` and `{crc32:body}`. Default: `raw`.
   */
  signedContent: v.optional(
    v.pipe(v.string(SHOULD_BE_CONTENT), v.check(isSignedContent, SHOULD_BE_CONTENT)),
    'raw',
  ),

  /**
   * Accepts a `signedContent` without the body, for a SaaS that signs only some of its values. A person who reads one
   * delivery can then send it with another body. Default: false.
   */
  unsignedBody: v.optional(v.boolean('must be true or false')),

  /**
   * Which bytes of the body are signed: `as-sent`, or `decoded`, before the sender compressed them with gzip or put a byte
   * order mark in front. Default: `as-sent`.
   */
  signedBytes: v.optional(v.picklist(SIGNED_BYTES, 'must be "as-sent" or "decoded"')),

  /** The place of the SHA-256 of the body, in hex, for a SaaS that signs that instead: `query:bodySHA256`. Default: none. */
  bodyHash: v.optional(deliveryPlace),

  /**
   * The URL as the sender saw it, where `signedContent` has `{url}` and a proxy or another domain stands before the gate:
   * `https://hooks.example.com/square`. Without a query, the request's is added. Default: the URL that API Gateway received.
   */
  url: v.optional(
    v.pipe(v.string(SHOULD_BE_URL), v.regex(/^https:\/\/[^#]+$/, SHOULD_BE_URL), v.url(SHOULD_BE_URL)),
  ),

  /** The place of the signed time. Default: none, so old deliveries are accepted. */
  timestamp: v.optional(deliveryPlace),

  /** How that time is written: `seconds`, `milliseconds` or `iso`. Default: any of them. */
  timestampUnit: v.optional(v.picklist(TIME_UNITS, 'must be "seconds", "milliseconds" or "iso"')),

  /** The tolerance of that time, in seconds. Default: 5 minutes. */
  tolerance: v.optional(toleranceSetting),
} as const;

export type SignedSettings = SettingsOf<typeof signedSettings>;

/** The faults of what is signed. @param proof the places of the proof. */
export const signedFaults = (
  settings: SignedSettings & PlaceSettings,
  proof: readonly string[],
): readonly Fault[] => {
  const { timestamp, timestampUnit, tolerance, signedContent, url, items, bodyHash } = settings;
  const signed = placesIn(signedContent);
  const coversBody = signsBody({ content: signedContent, bodyHash, url });
  return [
    ...when(bodyHash !== undefined && !coversBody, 'bodyHash', SHOULD_BE_SIGNED),
    ...when(
      !coversBody && bodyHash === undefined && settings.unsignedBody !== true,
      'signedContent',
      SHOULD_HAVE_BODY,
    ),
    ...when(
      coversBody && settings.unsignedBody === true,
      'unsignedBody',
      'must be left out, since the body is signed',
    ),
    ...when(
      timestamp !== undefined &&
        !signed.includes(timestamp) &&
        !(coversBody && kindOf(timestamp) === 'body') &&
        !(kindOf(timestamp) === 'query' && signed.includes('url') && !url?.includes('?')),
      'timestamp',
      'must be named in signedContent, or stand in the body: a time that is not signed says nothing',
    ),
    ...when(timestampUnit !== undefined && timestamp === undefined, 'timestampUnit', NEEDS_TIMESTAMP),
    ...when(tolerance !== undefined && timestamp === undefined, 'tolerance', NEEDS_TIMESTAMP),
    ...when(url !== undefined && !signed.includes('url'), 'url', 'needs {url} in signedContent'),
    ...when(
      [...proof, ...signed].some(isInItem) && items === undefined,
      'items',
      'must be the place of the list, since the signature is in an item',
    ),
    ...when(
      signed.some(isInItem) && !proof.some(isInItem),
      'signedContent',
      'must have no place in an item, since the signature is in the delivery',
    ),
    ...when(
      signed.some((name) => name.startsWith('form')) && !settings.bodyForm?.startsWith('form'),
      'bodyForm',
      'must be "form", since signedContent has its fields',
    ),
  ];
};

const NEEDS_TIMESTAMP = 'needs timestamp, the place of the time that it is about';

const SHOULD_BE_SIGNED =
  'must be named in signedContent, or stand in the query of a signed {url}: a hash that is not signed says nothing';

const SHOULD_HAVE_BODY =
  'must have {body} in it; if the sender does not sign the body, unsignedBody must be true';
