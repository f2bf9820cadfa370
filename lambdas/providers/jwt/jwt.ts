import type { Scheme } from '../../verification/scheme.ts';
import type { JwtScheme } from '../../verification/schemes/jwt.ts';
import type { SecretCheck } from '../../verification/secret-check.ts';
import { PLAIN_SECRET } from '../../verification/secret-rules.ts';
import type { Signed } from '../../verification/signed-content.ts';
import { genericProvider } from '../shared/generic.ts';
import { placesOf, proofOf } from '../shared/scheme-settings.ts';
import { type JwtOptions, type JwtSettings, jwtSettings } from './settings.ts';

/** Verifies a delivery by its token. Only the ingest function has it, so that no other contains `jose`. */
export type VerifyJwt = (delivery: Signed, scheme: JwtScheme, secrets: SecretCheck) => Promise<unknown>;

/** Any SaaS that sends a JSON Web Token along, whose keys it publishes, or whose key is the source's secret. */
export const createJwt = (verify: VerifyJwt) => ({
  ...genericProvider<JwtSettings, JwtOptions, never>({
    name: 'jwt',
    settings: jwtSettings,
    secret: PLAIN_SECRET,
    scheme: schemeOf,
    places: placesOf,
    verify: async (delivery, settings, secrets) => {
      await verify(delivery, jwtScheme(settings), secrets);
    },
  }),
  hasSecret: ({ jwks, publicKeys }: JwtSettings) => jwks === undefined && publicKeys === undefined,
});

/** What interprets deliveries that are stored, and verifies none. */
export const jwt = createJwt(() => {
  throw new Error('only the ingest function of jwt verifies tokens');
});

/** How the tokens of a source are verified. */
export const jwtScheme = (settings: JwtSettings): JwtScheme => {
  const { token, algorithms, jwks, publicKeys, issuer, audience, bodyHashClaim, maxAge } = settings;
  const proof = {
    ...proofOf({ prefix: settings.prefix, separators: undefined }, [token].flat()),
    encoding: 'text',
  } as const;
  return { proof, algorithms, jwks, publicKeys, issuer, audience, bodyHashClaim, maxAge };
};

/** What the model says of it. The signature itself is `verifyJwt`'s. */
function schemeOf(settings: JwtSettings): Scheme<never> {
  const { bodyForm, items, algorithms, bodyHashClaim, maxAge, token } = settings;
  return {
    proof: jwtScheme(settings).proof,
    content: bodyHashClaim === undefined ? undefined : '{sha256:body}',
    method: {
      name: `JSON Web Token, ${algorithms.join(' or ')}`,
      form: { kind: 'jwt' },
      readKey: () => undefined,
      keyForm: 'text',
      proves: () => false,
    },
    time: maxAge === undefined ? undefined : { at: [token].flat()[0] ?? '', tolerance: maxAge },
    bodyForm,
    items,
  };
}
