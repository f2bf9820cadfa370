import * as v from 'valibot';
import type { Entries } from '../../core/missing-entry.ts';
import { isBodyForm } from '../../verification/body-form.ts';
import { HEADER_PLACES } from '../../verification/header-list.ts';
import { isInItem, isNumbered, kindOf, place } from '../../verification/place.ts';
import { TIME_UNITS } from '../../verification/provider-time.ts';
import { isSignedContent, placesIn, SIGNED_BYTES, signsBody } from '../../verification/signed-content.ts';
import { commonSettings, settingsObject, toleranceSetting } from './common-settings.ts';
import { eventSettings } from './event-settings.ts';
import { deliveryPlace, handshakeSetting, signsAnswer } from './handshake.ts';

const SHOULD_BE_PLACES =
  'must be one place or a list of at least one, such as "header:x-github-event" or "body:data.id"';
const SHOULD_BE_STORED = 'must be a place that is stored: "header:", "body:", "item:" or "text:"';
const SHOULD_BE_LIST = 'must be "body", or the place of a list in it, such as "body:events"';
const SHOULD_BE_BODY_FORM =
  'must be "json", "json-lines", "form", or "form:" and the field that has JSON, such as "form:payload"';
const SHOULD_BE_PROOF =
  'must be the place of the proof or a list of such places: "header:x-signature", "header:x-signature.v1", "header:x-signature.1+", "header:x-signature-*", "query:sig", "body:signature" or "item:signature"';
const SHOULD_BE_CONTENT =
  'must be "raw", or a template with at least one place in it, such as "v0:{x-slack-request-timestamp}:{body}" or "{url}{body}"';
const SHOULD_BE_URL = 'must be a URL that begins with https://, such as "https://hooks.example.com/square"';
const SHOULD_BE_SEPARATOR = 'must be one character or two, such as ";"';

const ONE_OF_A_LIST =
  'is in one entry of a list, so the events of the others would never arrive: declare items, the place of the list, and a place such as "item:id"';

/** A place that can be looked up in a stored delivery. */
const storedPlace = v.pipe(
  place,
  v.check((where) => kindOf(where) !== 'query', SHOULD_BE_STORED),
);

const storedPlaces = v.union(
  [storedPlace, v.pipe(v.array(storedPlace), v.minLength(1, SHOULD_BE_PLACES))],
  SHOULD_BE_PLACES,
);

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

const separator = v.pipe(v.string(SHOULD_BE_SEPARATOR), v.regex(/^[^\w]{1,2}$/, SHOULD_BE_SEPARATOR));

/** Part of the settings of every provider that is declared by its places. */
export const placeSettings = {
  ...commonSettings,
  ...eventSettings,

  /**
   * How the body is written: `json`; `json-lines`, a list with one value a line; `form`, the fields of an HTML form;
   * `form:payload`, JSON in the field `payload` of a form. Default: `json`.
   */
  bodyForm: v.optional(v.custom<BodyFormSetting>(isBodyForm, SHOULD_BE_BODY_FORM)),

  /**
   * The place of a list of events, for a SaaS that sends several at once: `body` if the body is the list, or
   * `body:events`. Each item is then an event, and `item:` in the other places is a path in it. Default: none; the body is
   * one event.
   */
  items: v.optional(
    v.pipe(v.string(SHOULD_BE_LIST), v.regex(/^body(?::[^.]+(?:\.[^.]+)*)?$/, SHOULD_BE_LIST)),
  ),

  /**
   * The place of the event's name; `text:message.received` for a SaaS that sends one kind of event and no name. The values
   * of several places are joined by dots; only the first is required.
   */
  eventName: storedPlaces,

  /** The place of the event's id. Default: none; the body identifies the event. */
  eventId: v.optional(storedPlace),

  /** The place of the entity's id, or several places, of which the first with a value wins. Default: none. */
  entityId: v.optional(storedPlaces),

  /** The place of the event's time. Default: none; the time of receipt is used. */
  time: v.optional(storedPlace),

  /** The place of the payload. Default: the whole body. */
  data: v.optional(storedPlace),

  /** How a request is recognized and answered with which the SaaS verifies the URL. Default: none. */
  handshake: v.optional(handshakeSetting),
} as const;

type BodyFormSetting = 'json' | 'json-lines' | 'form' | `form:${string}`;

/** Part of the settings of every provider whose deliveries are signed. */
export const signedSettings = {
  /** The text before the signature: `sha256=`. Default: none. */
  prefix: v.optional(v.string('must be the text before the signature, such as "sha256="'), ''),

  /** What separates the entries of a header list, and a key from its value. Default: `,` or `;`, and `=`. */
  separators: v.optional(settingsObject({ entries: separator, pair: separator })),

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
    v.pipe(v.string(SHOULD_BE_URL), v.startsWith('https://', SHOULD_BE_URL), v.url(SHOULD_BE_URL)),
  ),

  /** The place of the signed time. Default: none, so old deliveries are accepted. */
  timestamp: v.optional(deliveryPlace),

  /** How that time is written: `seconds`, `milliseconds` or `iso`. Default: any of them. */
  timestampUnit: v.optional(v.picklist(TIME_UNITS, 'must be "seconds", "milliseconds" or "iso"')),

  /** The tolerance of that time, in seconds. Default: 5 minutes. */
  tolerance: v.optional(toleranceSetting),
} as const;

type Of<E extends Entries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>;

export type PlaceSettings = Of<typeof placeSettings>;
export type SignedSettings = Of<typeof signedSettings>;

/** What is wrong with settings as a whole: the setting, and what it must be. */
export type Fault = readonly [setting: string, fault: string];

/** Settings whose faults as a whole are reported with the setting that they are about. */
export const settingsWith = <E extends Entries>(
  entries: E,
  faultsOf: (settings: Of<E>) => readonly Fault[],
) =>
  v.pipe(
    settingsObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value as Readonly<Record<string, unknown>>;
      for (const [key, message] of faultsOf(dataset.value as Of<E>)) {
        addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
      }
    }),
  );

/** The faults of places: one in an item where there are no items, or one that only the first of several events has. */
export const placeFaults = (settings: PlaceSettings): readonly Fault[] => {
  const { items, eventName, eventId, entityId, time, data } = settings;
  const places = [eventName, eventId, entityId, time, data].flat();
  return [
    ...when(
      items === undefined && places.some(isInItem),
      'items',
      'must be the place of the list, since another setting has a place in an item',
    ),
    ...when(
      items !== undefined && eventId !== undefined && !isInItem(eventId),
      'eventId',
      'must be in the item, such as "item:id": with one id for all, only the first event of a delivery would arrive',
    ),
    ...when([eventName].flat().some(isNumbered), 'eventName', ONE_OF_A_LIST),
    ...when(isNumbered(eventId), 'eventId', ONE_OF_A_LIST),
  ];
};

/** The faults of a handshake that the provider can't do. @param hasSecret whether the source has a secret. */
export const handshakeFaults = ({ handshake }: PlaceSettings, hasSecret: boolean): readonly Fault[] => [
  ...when(
    signsAnswer(handshake),
    'handshake',
    'must have no hmac: in its answer: only a source of the provider hmac can sign it',
  ),
  ...when(
    !hasSecret && handshake?.secretAt !== undefined,
    'handshake',
    'must have no secretAt: the source has no secret',
  ),
];

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
      timestamp !== undefined && !signed.includes(timestamp) && !(coversBody && kindOf(timestamp) === 'body'),
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

/** A fault, if the condition holds. */
export const when = (condition: boolean, setting: string, fault: string): readonly Fault[] =>
  condition ? [[setting, fault]] : [];
