import { hash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { brief } from '../../core/brief.ts';
import { Rejection } from '../../core/rejection.ts';
import { readProofs } from '../proof.ts';
import { received } from '../received.ts';
import { CLOCK_TOLERANCE, type JwtScheme, verifyJwt } from '../schemes/jwt.ts';
import { JWT_ALGORITHMS } from '../schemes/jwt-keys.ts';
import type { SecretCheck } from '../secret-check.ts';
import { type Signed, signedBody } from '../signed-content.ts';
import { bodyChanges } from './changes/body.ts';
import { secretChanges } from './changes/secret.ts';
import { type GivenSecret, nameOf } from './describe.ts';
import type { ClaimState, NearMiss, TokenTrace } from './trace.ts';

// Apart from the rest, because it needs jose.

/** What a delivery's token says of itself, unverified; not the token. @throws {Rejection} if there is none. */
export const describeToken = (delivery: Signed, scheme: JwtScheme): TokenTrace => {
  const [proof] = readProofs(scheme.proof, delivery);
  const token = proof?.bytes.toString() ?? '';
  const read = readToken(token);
  if (read === undefined) return { readable: false };
  const { algorithm, keyId, claims } = read;
  const { iss, aud, exp, nbf, iat } = claims;
  const pinned = (scheme.publicKeys ?? []).flatMap((text) => keyIdOf(text) ?? []);
  const { bodyHashClaim } = scheme;
  return {
    readable: true,
    ...(algorithm !== undefined && {
      algorithm: printable(algorithm),
      algorithmAllowed: scheme.algorithms.some((one) => one === algorithm),
    }),
    ...(keyId !== undefined && { keyId: printable(keyId) }),
    ...(pinned.length > 0 && { keyPinned: keyId !== undefined && pinned.includes(keyId) }),
    ...timeOf('expires', exp),
    ...timeOf('notBefore', nbf),
    ...timeOf('issuedAt', iat),
    issuer: stateOf(scheme.issuer, iss),
    audience: stateOf(scheme.audience, aud),
    bodyHash:
      bodyHashClaim === undefined
        ? 'not demanded'
        : stateOf(hash('sha256', signedBody(delivery)), claims[bodyHashClaim]),
  };
};

/** Why a token is refused whatever its signature; undefined if nothing is wrong but perhaps that. */
export const tokenFault = (token: TokenTrace, receivedAt: Date): Rejection | undefined => {
  if (!token.readable) return new Rejection('signature-malformed', 'it is no JSON Web Token');
  if (token.algorithmAllowed !== true) {
    return new Rejection('signature-malformed', 'the token is of another algorithm');
  }
  const wrong = (['issuer', 'audience', 'bodyHash'] as const).find((name) =>
    ['differs', 'missing'].includes(token[name] ?? ''),
  );
  if (wrong !== undefined) {
    return new Rejection('signature-mismatch', `the token’s ${wrong} is missing or another`);
  }
  const until = Date.parse(token.expires ?? '');
  const isOver = until + CLOCK_TOLERANCE * 1000 <= receivedAt.getTime();
  return isOver ? new Rejection('stale', 'the token has expired') : undefined;
};

const readToken = (token: string) => {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return {
      algorithm: typeof alg === 'string' ? alg : undefined,
      keyId: typeof kid === 'string' ? kid : undefined,
      claims: decodeJwt(token),
    };
  } catch {
    // No token: jose's error says no more.
    return undefined;
  }
};

/** Names that the token gives, which may be anything. */
const printable = (text: string): string => brief(text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?'));

const timeOf = (name: 'expires' | 'notBefore' | 'issuedAt', seconds: unknown) => {
  const ms = typeof seconds === 'number' ? seconds * 1000 : Number.NaN;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? {} : { [name]: date.toISOString() };
};

const stateOf = (wanted: string | undefined, claim: unknown): ClaimState => {
  if (wanted === undefined) return 'not demanded';
  if (claim === undefined) return 'missing';
  return [claim].flat().includes(wanted) ? 'fits' : 'differs';
};

/** Another attempt: the scheme, the delivery or the secret in another way. */
interface TokenChange {
  readonly code: string;
  readonly says: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly delivery?: Signed;
  readonly scheme?: JwtScheme;
  readonly secret?: string;
}

/**
 * What would make a token fit.
 *
 * @param check gives the secrets of a source, as its function has them.
 */
export const tokenNearMisses = async (
  delivery: Signed,
  scheme: JwtScheme,
  secrets: readonly GivenSecret[],
  check: (secrets: readonly GivenSecret[]) => SecretCheck,
): Promise<readonly NearMiss[]> => {
  const found: NearMiss[] = [];
  const isWithSecret = scheme.jwks === undefined && scheme.publicKeys === undefined;
  const keys = isWithSecret
    ? secrets.map((one) => ({ secret: one, key: nameOf(one) }))
    : [{ secret: undefined, key: 'public keys' }];
  for (const { secret, key } of keys) {
    for (const change of tokenChanges(delivery, scheme, secret?.text)) {
      const text = change.secret ?? secret?.text;
      const given = text === undefined ? [] : [{ version: 'current' as const, text }];
      if (await passes(change.delivery ?? delivery, change.scheme ?? scheme, check(given))) {
        const { code, says, set } = change;
        found.push({ code, says, ...(set !== undefined && { set }), key });
      }
    }
  }
  return found;
};

/** Whether signature and claims fit, whatever the time. */
const passes = async (delivery: Signed, scheme: JwtScheme, secrets: SecretCheck): Promise<boolean> => {
  try {
    await verifyJwt(delivery, scheme, secrets);
    return true;
  } catch (error) {
    return error instanceof Rejection && (error.reason === 'stale' || error.reason === 'future');
  }
};

const tokenChanges = (
  delivery: Signed,
  scheme: JwtScheme,
  secret: string | undefined,
): readonly TokenChange[] => {
  const { issuer, audience, algorithms, bodyHashClaim, proof } = scheme;
  const claims = claimsIn(delivery, scheme);
  const { algorithm, prefix } = claims;
  const other = JWT_ALGORITHMS.find((one) => one === algorithm);
  const isOther =
    other !== undefined &&
    !algorithms.includes(other) &&
    other.startsWith('HS') === (algorithms[0]?.startsWith('HS') ?? false);
  return [
    ...(isOther
      ? [
          {
            code: `algorithm-${other}`,
            says: `The token is signed with ${other}. If the sender documents it, add it to algorithms.`,
            scheme: { ...scheme, algorithms: [other] },
          },
        ]
      : []),
    ...(prefix === undefined
      ? []
      : [
          {
            code: 'token-with-another-prefix',
            says: `The token fits with ${JSON.stringify(prefix)} before it. Set prefix: ${JSON.stringify(prefix)}.`,
            set: { prefix },
            scheme: { ...scheme, proof: { ...proof, prefix } },
          },
        ]),
    ...(issuer === undefined
      ? []
      : [
          {
            code: 'issuer-differs',
            says: 'The token fits but for its issuer: compare the setting issuer with the sender’s documentation.',
            scheme: { ...scheme, issuer: undefined },
          },
        ]),
    ...(audience === undefined
      ? []
      : [
          {
            code: 'audience-differs',
            says: 'The token fits but for its audience: compare the setting audience with the sender’s documentation.',
            scheme: { ...scheme, audience: undefined },
          },
        ]),
    ...(bodyHashClaim === undefined
      ? []
      : bodyChanges(delivery.request, delivery.signedBytes).map(({ code, says, to }) => ({
          code,
          says,
          delivery: received(
            { ...delivery.request, body: to },
            { bodyForm: delivery.bodyForm, signedBytes: delivery.signedBytes, proof },
          ),
        }))),
    ...(secret === undefined ? [] : secretTexts(secret)),
  ];
};

const secretTexts = (secret: string): readonly TokenChange[] => [
  ...secretChanges({ secret, isToken: false }).map(({ code, says, to }) => ({ code, says, secret: to })),
];

/** The algorithm that the token names, and the text before it if that is another than declared. */
const claimsIn = (
  delivery: Signed,
  { proof }: JwtScheme,
): { readonly algorithm?: string | undefined; readonly prefix?: string } => {
  const prefixes = [
    proof.prefix,
    ...['', 'Bearer ', 'bearer ', 'JWT '].filter((one) => one !== proof.prefix),
  ];
  for (const prefix of prefixes) {
    const texts = tokenOr(delivery, { ...proof, prefix });
    const read = texts === undefined ? undefined : readToken(texts);
    if (read === undefined) continue;
    return { algorithm: read.algorithm, ...(prefix !== proof.prefix && { prefix }) };
  }
  return {};
};

const tokenOr = (delivery: Signed, proof: JwtScheme['proof']): string | undefined => {
  try {
    return readProofs(proof, delivery)[0]?.bytes.toString();
  } catch {
    return undefined;
  }
};

/** The id of a key in the settings, if it is a JWK that has one. The settings were checked: such a text is JSON. */
const keyIdOf = (text: string): string | undefined =>
  text.trim().startsWith('{') ? JSON.parse(text).kid : undefined;
