import * as v from 'valibot';
import {
  isKeyFor,
  JWT_ALGORITHMS,
  type JwtAlgorithm,
  readJwtKey,
} from '../../verification/schemes/jwt-keys.ts';
import { seconds, secretSettings } from '../shared/common-settings.ts';
import { handshakeFaults, placeFaults, placeSettings } from '../shared/place-settings.ts';
import { settingsWith, when } from '../shared/settings-with.ts';
import { deliveryProofPlaces } from '../shared/signed-settings.ts';

const SHOULD_BE_ALGORITHM = `must be a list of at least one of ${JWT_ALGORITHMS.map((one) => `"${one}"`).join(', ')}`;
const SHOULD_BE_JWKS =
  'must be a URL that begins with https:// and has no user name, such as "https://example.com/.well-known/jwks.json"';
const SHOULD_BE_KEY =
  'must be a list of public keys of these algorithms, RSA of 2048 bits at least: PEM, or a JWK as JSON text';
const SHOULD_BE_ISSUER = 'must be the issuer, the "iss" of the tokens';
const SHOULD_BE_AUDIENCE = 'must be the audience, the "aud" of the tokens';
const SHOULD_BE_CLAIM = 'must be the name of a claim, such as "request_body_sha256"';

/** The settings of a source of any SaaS that sends a JSON Web Token along. */
export const jwtSettings = settingsWith(
  {
    ...placeSettings,
    ...secretSettings,

    /** The place of the token: `header:plaid-verification`, or `header:authorization` with the prefix `Bearer `. */
    token: deliveryProofPlaces,

    /** The text before the token: `Bearer `. Default: none. */
    prefix: v.optional(v.string('must be the text before the token, such as "Bearer "'), ''),

    /** The algorithms that are accepted. With one of `HS…`, the source's secret is the key. */
    algorithms: v.pipe(
      v.array(v.picklist(JWT_ALGORITHMS, SHOULD_BE_ALGORITHM), SHOULD_BE_ALGORITHM),
      v.minLength(1, SHOULD_BE_ALGORITHM),
    ),

    /** Where the sender publishes its keys, as a JWK set. Nothing else is ever fetched. Give this or `publicKeys`. */
    jwks: v.optional(
      v.pipe(
        v.string(SHOULD_BE_JWKS),
        v.regex(/^https:\/\/[^/@\s?#]+(\/[^\s#]*)?$/, SHOULD_BE_JWKS),
        v.url(SHOULD_BE_JWKS),
      ),
    ),

    /** The sender's public keys. Give this or `jwks`. */
    publicKeys: v.optional(
      v.pipe(v.array(v.string(SHOULD_BE_KEY), SHOULD_BE_KEY), v.minLength(1, SHOULD_BE_KEY)),
    ),

    /** The required `iss`. Default: any. */
    issuer: v.optional(v.pipe(v.string(SHOULD_BE_ISSUER), v.minLength(1, SHOULD_BE_ISSUER))),

    /** The required `aud`. Default: any. */
    audience: v.optional(v.pipe(v.string(SHOULD_BE_AUDIENCE), v.minLength(1, SHOULD_BE_AUDIENCE))),

    /** The claim that has the SHA-256 of the body, in hex. Default: none, so the token says nothing about the body. */
    bodyHashClaim: v.optional(v.pipe(v.string(SHOULD_BE_CLAIM), v.minLength(1, SHOULD_BE_CLAIM))),

    /** The maximum age of a token by its `iat`, in seconds. `exp` and `nbf` are checked in any case. Default: any age. */
    maxAge: v.optional(v.pipe(seconds, v.minValue(1, 'must be at least 1 second'))),
  },
  (settings) => {
    const { algorithms, jwks, publicKeys } = settings;
    const symmetric = algorithms.filter((one) => one.startsWith('HS'));
    const sources = [jwks, publicKeys].filter((one) => one !== undefined).length;
    return [
      ...placeFaults(settings),
      ...handshakeFaults(settings, sources === 0),
      ...when(
        symmetric.length > 0 && symmetric.length < algorithms.length,
        'algorithms',
        'must not have HS… beside others: a public key could then be used as the secret',
      ),
      ...when(
        symmetric.length > 0 && sources > 0,
        'algorithms',
        'must not have HS… with jwks or publicKeys: the secret is the key',
      ),
      ...when(publicKeys?.every((text) => isOfAny(text, algorithms)) === false, 'publicKeys', SHOULD_BE_KEY),
      ...when(
        symmetric.length === 0 && sources !== 1,
        publicKeys === undefined ? 'jwks' : 'publicKeys',
        publicKeys === undefined
          ? 'must be where the keys are published, or publicKeys must have them'
          : 'must be left out where jwks says where the keys are published',
      ),
    ];
  },
);

const isOfAny = (text: string, algorithms: readonly JwtAlgorithm[]): boolean => {
  const key = readJwtKey(text);
  return key !== undefined && algorithms.some((algorithm) => isKeyFor(key, algorithm));
};

export type JwtOptions = v.InferInput<typeof jwtSettings>;
export type JwtSettings = v.InferOutput<typeof jwtSettings>;
