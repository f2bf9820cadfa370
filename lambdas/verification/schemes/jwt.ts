import { createHmac, hash, type KeyObject } from 'node:crypto';
import {
  type CryptoKey,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { Rejection } from '../../core/rejection.ts';
import { remembered } from '../../core/remembered.ts';
import { type ProofForm, readProofs } from '../proof.ts';
import type { SecretCheck } from '../secret-check.ts';
import { type Signed, signedBody } from '../signed-content.ts';
import { publishedKeys } from './jwks.ts';
import { type JwtAlgorithm, readJwtKey } from './jwt-keys.ts';
import { isSameText } from './token.ts';

/** How a source's tokens are verified. */
export interface JwtScheme {
  readonly proof: ProofForm;
  readonly algorithms: readonly JwtAlgorithm[];
  /** Where the keys are published. */
  readonly jwks?: string | undefined;
  /** PEM, or JWK as JSON text. Without both, the source's secret is the key. */
  readonly publicKeys?: readonly string[] | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly bodyHashClaim?: string | undefined;
  /** In seconds. */
  readonly maxAge?: number | undefined;
}

/** The allowed clock skew, in seconds. */
export const CLOCK_TOLERANCE = 60;

/**
 * Verifies a delivery by its token: signature, time, issuer, audience, and the hash of the body.
 *
 * @throws {Rejection} 401 for a token that is missing, malformed or wrong, 403 for `stale` and `future`, 503 if the keys or
 * the secret are unavailable.
 */
export const verifyJwt = async (
  delivery: Signed,
  scheme: JwtScheme,
  secrets: SecretCheck,
): Promise<JWTPayload> => {
  const [proof, ...more] = readProofs(scheme.proof, delivery);
  if (proof === undefined || more.length > 0) {
    throw new Rejection('signature-malformed', 'there is more than one token');
  }
  const token = proof.bytes.toString();
  const claims = await verified(token, scheme, secrets, {
    algorithms: [...scheme.algorithms],
    currentDate: delivery.request.receivedAt,
    clockTolerance: CLOCK_TOLERANCE,
    ...(scheme.issuer !== undefined && { issuer: scheme.issuer }),
    ...(scheme.audience !== undefined && { audience: scheme.audience }),
    ...(scheme.maxAge !== undefined && { maxTokenAge: scheme.maxAge }),
  });
  checkBodyHash(claims, delivery, scheme);
  return claims;
};

const verified = async (
  token: string,
  { jwks, publicKeys, algorithms }: JwtScheme,
  secrets: SecretCheck,
  options: JWTVerifyOptions,
): Promise<JWTPayload> => {
  try {
    if (jwks !== undefined) return await byPublishedKey(token, keysAt(jwks), options);
    if (publicKeys !== undefined) {
      const keys = publicKeys.map((text) => keyOf(text)).filter((key) => key !== undefined);
      return await byAnyKey(token, keys, options);
    }
    const secret = await secretOf(token, algorithms, secrets);
    return (await jwtVerify(token, Buffer.from(secret), options)).payload;
  } catch (error) {
    throw error instanceof errors.JOSEError ? rejectionOf(error) : error;
  }
};

/** One key set lives as long as the function. */
const keysAt = remembered((url) => publishedKeys(new URL(url)), 4);

/** With the key that the token names, or with each that it may mean. */
const byPublishedKey = async (
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> => {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    // A published key that is too short for its algorithm.
    if (error instanceof TypeError) throw new errors.JWSSignatureVerificationFailed();
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return await byAnyKey(token, await Array.fromAsync(error), options);
  }
};

/** With each: the settings have few, and a key's id proves nothing. */
const byAnyKey = async (
  token: string,
  keys: readonly (KeyObject | CryptoKey)[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> => {
  for (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      const isOfToken = error instanceof errors.JOSEError;
      if (isOfToken && !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      // A key of another type, which is no error of jose's own, fits no better than another key.
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
};

const keyOf = remembered((text): KeyObject | undefined => readJwtKey(text), 8);

/** The secret that a token was signed with. The signature is compared here, because secrets are tried in one step. */
const secretOf = async (
  token: string,
  algorithms: readonly JwtAlgorithm[],
  secrets: SecretCheck,
): Promise<string> => {
  const [content, signature] = splitAtLast(token);
  let found: string | undefined;
  await secrets((secret) => {
    const fits = algorithms.some((algorithm) =>
      isSameText(
        createHmac(`sha${algorithm.slice(2)}`, secret)
          .update(content)
          .digest('base64url'),
        signature,
      ),
    );
    if (fits) found = secret;
    return fits;
  });
  if (found === undefined) throw new errors.JWSSignatureVerificationFailed();
  return found;
};

const splitAtLast = (token: string): readonly [content: string, signature: string] => {
  const at = token.lastIndexOf('.');
  return [token.slice(0, Math.max(at, 0)), token.slice(at + 1)];
};

const rejectionOf = (error: errors.JOSEError): Rejection => {
  if (error instanceof errors.JWTExpired)
    return new Rejection('stale', 'the token has expired or is too old', { isSigned: true });
  if (error instanceof errors.JWTClaimValidationFailed) return claimRejection(error);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new Rejection('signature-malformed', 'the token is of another algorithm');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new Rejection('signature-mismatch');
  if (error instanceof errors.JWKSNoMatchingKey) {
    return new Rejection('signature-mismatch', 'the token names a key that the sender does not publish');
  }
  return new Rejection('signature-malformed', 'the token is no JSON Web Token that can be verified');
};

const claimRejection = ({ claim }: errors.JWTClaimValidationFailed): Rejection =>
  claim === 'nbf' || claim === 'iat'
    ? new Rejection('future', `the token’s ${claim} is missing or ahead`, { isSigned: true })
    : new Rejection('signature-mismatch', `the token’s ${claim} is missing or another`, { isSigned: true });

const checkBodyHash = (claims: JWTPayload, delivery: Signed, { bodyHashClaim }: JwtScheme): void => {
  if (bodyHashClaim === undefined) return;
  if (claims[bodyHashClaim] === hash('sha256', signedBody(delivery))) return;
  throw new Rejection('signature-mismatch', `${bodyHashClaim} is not the hash of the body`);
};
