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
 * What a source of any SaaS that signs with an HMAC is configured with. Where something stands in a delivery is written as
 * `header:x-request-id`, as `header:stripe-signature.t` in a header that is a list of keys and values, or as
 * `body:data.items.0.id`. Its secret is the one that the SaaS signs with.
 *
 * Many sign the body alone. The headers of such a delivery can then be changed by anyone who captures it.
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

    /** How the signature is written. Hex digits are all in lower or all in upper case, base64 is padded. Default: `hex`. */
    encoding: v.optional(v.picklist(['hex', 'base64'], 'must be "hex" or "base64"'), 'hex'),

    /** The header that the signature is in, in lower case: `x-hub-signature-256`. */
    header: v.pipe(v.string(SHOULD_BE_HEADER), v.regex(/^[a-z0-9-]+$/, SHOULD_BE_HEADER)),

    /** In a header that is a list of keys and values, the key that signatures stand under: `v1`. Default: the header is the signature. */
    signatureKey: v.optional(v.pipe(v.string(SHOULD_BE_KEY), v.regex(/^[\w-]+$/, SHOULD_BE_KEY))),

    /** What stands before the signature: `sha256=`. Default: nothing. */
    prefix: v.optional(v.string('must be the text before the signature, such as "sha256="'), ''),

    /**
     * What is signed: `raw`, the body as it came; or a template with `{body}` and with headers in braces, such as
     * `v0:{x-slack-request-timestamp}:{body}` or `{stripe-signature.t}.{body}`. Default: `raw`.
     */
    signedContent: v.optional(
      v.pipe(v.string(SHOULD_BE_CONTENT), v.check(isSignedContent, SHOULD_BE_CONTENT)),
      'raw',
    ),

    /** Where the time of signing stands. It has to be signed itself. Default: nowhere, so an old delivery may be sent again. */
    timestamp: v.optional(locator),

    /** How far off the time of signing may be, back and ahead, in seconds. Default: 5 minutes. */
    tolerance: v.optional(toleranceSetting),

    /** What the secret stands for: `utf8`, the text as it is; `base64`, `hex`; `whsec`, base64 behind `whsec_`. Default: `utf8`. */
    secretEncoding: v.optional(
      v.picklist(SECRET_ENCODINGS, `must be one of ${SECRET_ENCODINGS.map((one) => `"${one}"`).join(', ')}`),
      'utf8',
    ),

    /** Where the event's name stands. Of several places, the parts are joined by dots; all but the first may be missing. */
    eventName: locators,

    /** Where the event's id stands. Default: nowhere. Where there is none, the body tells an event from others. */
    eventId: v.optional(locator),

    /** Where the entity's id stands, or several such places, of which the first that has one counts. Default: nowhere. */
    entityId: v.optional(locators),

    /** Where the event's time stands. Default: nowhere; its time is that of its receipt. */
    time: v.optional(locator),

    /** Where the payload stands. Default: the whole body is the payload. */
    data: v.optional(locator),

    /**
     * For a SaaS that tries a URL before it uses it: where a delivery says that it is such a trial, what it says there,
     * and what to answer it with. `{ at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } }`
     */
    handshake: v.optional(
      settingsObject({
        at: locator,
        is: v.string('must be what stands there, such as "url_verification"'),
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

/** As it is written down: what has a default may be left out. */
export type HmacOptions = v.InferInput<typeof hmacSettings>;

export type HmacSettings = v.InferOutput<typeof hmacSettings>;
