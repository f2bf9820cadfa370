import * as v from 'valibot';
import { SECRET_ENCODINGS } from '../../verification/secret-key.ts';
import { placesIn } from '../../verification/signed-content.ts';
import { secretSettings } from '../shared/common-settings.ts';
import { signsAnswer, signsForStrangers } from '../shared/handshake.ts';
import { placeFaults, placeSettings } from '../shared/place-settings.ts';
import { type SettingsOf, settingsWith, when } from '../shared/settings-with.ts';
import { proofPlaces, signedFaults, signedSettings } from '../shared/signed-settings.ts';

const SHOULD_BE_HEADER = 'must be the name of a header in lower case, such as "x-hub-signature-256"';
const SHOULD_BE_KEY = 'must be a key in the header, such as "v1"';

const entries = {
  ...placeSettings,
  ...secretSettings,
  ...signedSettings,

  /** Default: `sha256`. */
  algorithm: v.optional(
    v.picklist(['sha1', 'sha256', 'sha384', 'sha512'], 'must be "sha1", "sha256", "sha384" or "sha512"'),
    'sha256',
  ),

  /** The encoding of the signature. Hex is all in lower or all in upper case, base64 is padded. Default: `hex`. */
  encoding: v.optional(v.picklist(['hex', 'base64'], 'must be "hex" or "base64"'), 'hex'),

  /** The header with the signature, in lower case: `x-hub-signature-256`. Give this or `signature`. */
  header: v.optional(v.pipe(v.string(SHOULD_BE_HEADER), v.regex(/^[a-z0-9-]+$/, SHOULD_BE_HEADER))),

  /** The key of the signatures in `header`, if that is a list of keys and values: `v1`. Default: the header is the signature. */
  signatureKey: v.optional(v.pipe(v.string(SHOULD_BE_KEY), v.regex(/^[\w-]+$/, SHOULD_BE_KEY))),

  /** The place of the signature where it is not one header, or several such places. Give this or `header`. */
  signature: v.optional(proofPlaces),

  /** How the secret encodes the key: `utf8`, plain text; `base64`; `hex`; `whsec`, base64 after `whsec_`. Default: `utf8`. */
  secretEncoding: v.optional(
    v.picklist(SECRET_ENCODINGS, `must be one of ${SECRET_ENCODINGS.map((one) => `"${one}"`).join(', ')}`),
    'utf8',
  ),
} as const;

/**
 * The settings of a source of any SaaS that signs with an HMAC, or with a hash over its secret and the content: then
 * `signedContent` has `{secret}` in it.
 *
 * Many SaaS sign the body alone. Anyone who captures such a delivery can change its headers.
 */
export const hmacSettings = settingsWith(entries, (settings) => [
  ...placeFaults(settings),
  ...signedFaults(settings, signaturePlaces(settings)),
  ...when(
    (settings.header === undefined) === (settings.signature === undefined),
    'header',
    `${SHOULD_BE_HEADER}; or signature must be the place of the signature, but not both`,
  ),
  ...when(
    (signsForStrangers(settings.handshake) && !signsJsonBody(settings)) ||
      (settings.unsignedBody === true && signsAnswer(settings.handshake)),
    'handshake',
    'must be signed, or have secretAt, to have hmac: in its answer: a stranger could have the text of a delivery signed, unless signedContent has {body} in it and bodyForm is "json"',
  ),
  ...when(
    settings.signatureKey !== undefined && settings.header === undefined,
    'signatureKey',
    'needs header, the header with that key',
  ),
]);

const signsJsonBody = ({
  signedContent,
  bodyForm = 'json',
}: {
  readonly signedContent: string;
  readonly bodyForm?: string | undefined;
}): boolean => bodyForm === 'json' && placesIn(signedContent).includes('body');

export type HmacOptions = v.InferInput<typeof hmacSettings>;
export type HmacSettings = v.InferOutput<typeof hmacSettings>;

/** The places of the signature. */
export const signaturePlaces = ({
  header,
  signatureKey,
  signature,
}: Pick<SettingsOf<typeof entries>, 'header' | 'signatureKey' | 'signature'>): readonly string[] =>
  header === undefined
    ? [signature ?? []].flat()
    : [`header:${header}${signatureKey === undefined ? '' : `.${signatureKey}`}`];
