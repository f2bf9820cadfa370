import * as v from 'valibot';
import {
  commonSettings,
  secretSettings,
  settingsObject,
  toleranceSetting,
} from '../shared/common-settings.ts';
import { eventSettings } from '../shared/event-settings.ts';
import { isInItem, isNumbered, locator } from '../shared/locator.ts';
import { SECRET_ENCODINGS } from '../shared/secret-key.ts';
import { unsigned } from './answer-place.ts';
import { isSignedContent, signedHeaders } from './signed-content.ts';

const SHOULD_BE_HEADER = 'must be the name of a header in lower case, such as "x-hub-signature-256"';
const SHOULD_BE_LOCATORS =
  'must be one place or a list of at least one, such as "header:x-github-event" or "body:data.id"';

const SHOULD_BE_KEY = 'must be a key in the header, such as "v1"';
const SHOULD_BE_CONTENT =
  'must be "raw", or a template that has {body} in it, and headers in lower case, such as "v0:{x-slack-request-timestamp}:{body}"';

const SHOULD_BE_URL = 'must be a URL that begins with https://, such as "https://hooks.example.com/square"';
const SHOULD_BE_LIST = 'must be "body", or the place of a list in it, such as "body:events"';
const SHOULD_BE_MARK =
  'must be the value at that place: text such as "url_verification", a number, or [] for an empty list';
const SHOULD_BE_ANSWER =
  'must be an object of places, such as { "challenge": "body:challenge" }, or one place for plain text';

const ONE_OF_A_LIST =
  'is in one entry of a list, so the events of the others would never arrive: declare items, the place of the list, and a place such as "item:id"';

/** A place in the delivery as a whole. */
const deliveryPlace = v.pipe(
  locator,
  v.check((place) => !isInItem(place), 'must be in the delivery, not in one of its items'),
);

/** A place in the delivery, or `hmac:` and such a place. */
const answerPlace = v.pipe(
  v.string(SHOULD_BE_ANSWER),
  v.check((place) => v.is(deliveryPlace, unsigned(place)), SHOULD_BE_ANSWER),
);

const locators = v.union(
  [locator, v.pipe(v.array(locator), v.minLength(1, SHOULD_BE_LOCATORS))],
  SHOULD_BE_LOCATORS,
);

/**
 * The settings of a source of any SaaS that signs with an HMAC. A place in a delivery is `header:x-request-id`,
 * `header:stripe-signature.t` in a header with a list of keys and values, or `body:data.items.0.id`.
 *
 * Many SaaS sign the body alone. Anyone who captures such a delivery can change its headers.
 */
export const hmacSettings = v.pipe(
  settingsObject({
    ...commonSettings,
    ...secretSettings,
    ...eventSettings,

    /** Default: `sha256`. */
    algorithm: v.optional(
      v.picklist(['sha1', 'sha256', 'sha384', 'sha512'], 'must be "sha1", "sha256", "sha384" or "sha512"'),
      'sha256',
    ),

    /** The encoding of the signature. Hex is all in lower or all in upper case, base64 is padded. Default: `hex`. */
    encoding: v.optional(v.picklist(['hex', 'base64'], 'must be "hex" or "base64"'), 'hex'),

    /** The header with the signature, in lower case: `x-hub-signature-256`. */
    header: v.pipe(v.string(SHOULD_BE_HEADER), v.regex(/^[a-z0-9-]+$/, SHOULD_BE_HEADER)),

    /** The key of the signatures in a header with a list of keys and values: `v1`. Default: the header is the signature. */
    signatureKey: v.optional(v.pipe(v.string(SHOULD_BE_KEY), v.regex(/^[\w-]+$/, SHOULD_BE_KEY))),

    /** The text before the signature: `sha256=`. Default: none. */
    prefix: v.optional(v.string('must be the text before the signature, such as "sha256="'), ''),

    /**
     * The signed content: `raw`, the raw body; or a template with `{body}`, and with headers, `{method}` or `{url}`, such as
     * `v0:{x-slack-request-timestamp}:{body}`, `{stripe-signature.t}.{body}` or `{url}{body}`. Default: `raw`.
     */
    signedContent: v.optional(
      v.pipe(v.string(SHOULD_BE_CONTENT), v.check(isSignedContent, SHOULD_BE_CONTENT)),
      'raw',
    ),

    /**
     * The URL as the sender saw it, where `signedContent` has `{url}` and a proxy stands before the gate:
     * `https://hooks.example.com/square`. Default: the URL that API Gateway received.
     */
    url: v.optional(
      v.pipe(v.string(SHOULD_BE_URL), v.startsWith('https://', SHOULD_BE_URL), v.url(SHOULD_BE_URL)),
    ),

    /** The place of the signed timestamp. Default: none, so old deliveries are accepted. */
    timestamp: v.optional(deliveryPlace),

    /** The tolerance of the timestamp, in seconds. Default: 5 minutes. */
    tolerance: v.optional(toleranceSetting),

    /** How the secret encodes the key: `utf8`, plain text; `base64`; `hex`; `whsec`, base64 after `whsec_`. Default: `utf8`. */
    secretEncoding: v.optional(
      v.picklist(SECRET_ENCODINGS, `must be one of ${SECRET_ENCODINGS.map((one) => `"${one}"`).join(', ')}`),
      'utf8',
    ),

    /**
     * The place of a list of events, for a SaaS that sends several at once: `body` if the body is the list, or
     * `body:events`. Each item is then an event, and `item:` in the other places is a path in it. Default: none; the body is
     * one event.
     */
    items: v.optional(
      v.pipe(v.string(SHOULD_BE_LIST), v.regex(/^body(?::[^.]+(?:\.[^.]+)*)?$/, SHOULD_BE_LIST)),
    ),

    /** The place of the event's name. The values of several places are joined by dots; only the first is required. */
    eventName: locators,

    /** The place of the event's id. Default: none; the body identifies the event. */
    eventId: v.optional(locator),

    /** The place of the entity's id, or several places, of which the first with a value wins. Default: none. */
    entityId: v.optional(locators),

    /** The place of the event's time. Default: none; the time of receipt is used. */
    time: v.optional(locator),

    /** The place of the payload. Default: the whole body. */
    data: v.optional(locator),

    /**
     * For a SaaS that verifies a URL before it uses it: the place and value that mark such a delivery, and the response.
     * The value is text, a number, or `[]` for an empty list. The response is a JSON object of places, or one place for plain
     * text. `hmac:` before a place gives the HMAC of the value there, with the algorithm, the encoding and the secret of the
     * source. `{ at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } }`
     */
    handshake: v.optional(
      settingsObject({
        at: deliveryPlace,
        is: v.union([v.string(), v.number(), v.strictTuple([])], SHOULD_BE_MARK),
        answer: v.union([answerPlace, v.record(v.string(), answerPlace)], SHOULD_BE_ANSWER),
      }),
    ),
  }),
  v.forward(
    v.check(
      ({ timestamp, signedContent }) =>
        !timestamp?.startsWith(HEADER) ||
        signedHeaders(signedContent).includes(timestamp.slice(HEADER.length)),
      'must be named in signedContent, or stand in the body: a time that is not signed says nothing',
    ),
    ['timestamp'],
  ),
  v.forward(
    v.check(
      ({ url, signedContent }) => url === undefined || signedContent.includes('{url}'),
      'needs {url} in signedContent',
    ),
    ['url'],
  ),
  v.forward(
    v.check(
      ({ timestamp, tolerance }) => tolerance === undefined || timestamp !== undefined,
      'needs timestamp, the place of the time that it is held against',
    ),
    ['tolerance'],
  ),
  v.forward(
    v.check(
      ({ items, eventName, eventId, entityId, time, data }) =>
        items !== undefined || ![eventName, eventId, entityId, time, data].flat().some(isInItem),
      'must be the place of the list, since another setting has a place in an item',
    ),
    ['items'],
  ),
  v.forward(
    v.check(
      ({ items, eventId }) => items === undefined || eventId === undefined || isInItem(eventId),
      'must be in the item, such as "item:id": with one id for all, only the first event of a delivery would arrive',
    ),
    ['eventId'],
  ),
  v.forward(
    v.check(({ eventName }) => ![eventName].flat().some(isNumbered), ONE_OF_A_LIST),
    ['eventName'],
  ),
  v.forward(
    v.check(({ eventId }) => !isNumbered(eventId), ONE_OF_A_LIST),
    ['eventId'],
  ),
);

const HEADER = 'header:';

export type HmacOptions = v.InferInput<typeof hmacSettings>;
export type HmacSettings = v.InferOutput<typeof hmacSettings>;
