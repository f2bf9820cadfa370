import * as v from 'valibot';
import {
  commonSettings,
  secretSettings,
  settingsObject,
  toleranceSetting,
} from '../shared/common-settings.ts';
import { eventSettings } from '../shared/event-settings.ts';
import { locator } from '../shared/locator.ts';
import { SECRET_ENCODINGS } from '../shared/secret-key.ts';
import { isSignedContent, signedHeaders } from './signed-content.ts';

const SHOULD_BE_HEADER = 'must be the name of a header in lower case, such as "x-hub-signature-256"';
const SHOULD_BE_LOCATORS =
  'must be one place or a list of at least one, such as "header:x-github-event" or "body:data.id"';

const SHOULD_BE_KEY = 'must be a key in the header, such as "v1"';
const SHOULD_BE_CONTENT =
  'must be "raw", or a template that has {body} in it, and headers in lower case, such as "v0:{x-slack-request-timestamp}:{body}"';

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
      v.picklist(['sha1', 'sha256', 'sha512'], 'must be "sha1", "sha256" or "sha512"'),
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
     * The signed content: `raw`, the raw body; or a template with `{body}` and headers in braces, such as
     * `v0:{x-slack-request-timestamp}:{body}` or `{stripe-signature.t}.{body}`. Default: `raw`.
     */
    signedContent: v.optional(
      v.pipe(v.string(SHOULD_BE_CONTENT), v.check(isSignedContent, SHOULD_BE_CONTENT)),
      'raw',
    ),

    /** The place of the signed timestamp. Default: none, so old deliveries are accepted. */
    timestamp: v.optional(locator),

    /** The tolerance of the timestamp, in seconds. Default: 5 minutes. */
    tolerance: v.optional(toleranceSetting),

    /** How the secret encodes the key: `utf8`, plain text; `base64`; `hex`; `whsec`, base64 after `whsec_`. Default: `utf8`. */
    secretEncoding: v.optional(
      v.picklist(SECRET_ENCODINGS, `must be one of ${SECRET_ENCODINGS.map((one) => `"${one}"`).join(', ')}`),
      'utf8',
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
     * `{ at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } }`
     */
    handshake: v.optional(
      settingsObject({
        at: locator,
        is: v.string('must be the value at that place, such as "url_verification"'),
        answer: v.record(
          v.string(),
          locator,
          'must be an object of places, such as { "challenge": "body:challenge" }',
        ),
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
      ({ timestamp, tolerance }) => tolerance === undefined || timestamp !== undefined,
      'needs timestamp, the place of the time that it is held against',
    ),
    ['tolerance'],
  ),
);

const HEADER = 'header:';

export type HmacOptions = v.InferInput<typeof hmacSettings>;
export type HmacSettings = v.InferOutput<typeof hmacSettings>;
