import MessageValidator from 'sns-validator';
import { Rejection } from '../../core/rejection.ts';
import { limitRequests } from '../../runtime/limited-requests.ts';
import type { SnsEnvelope } from './sns-envelope.ts';

/**
 * Checks the RSA signature of an SNS message whose form was checked before.
 *
 * @throws {Rejection} `signature-mismatch`, or `certificate-unavailable` where the certificate could not be had in time.
 */
export type VerifySns = (envelope: SnsEnvelope) => Promise<void>;

/** Verifies with sns-validator. It fetches the certificate itself, within our limits only, and caches it without expiry. */
export const verifySns: VerifySns = async (envelope) => {
  const generation = certificates.generation;
  try {
    await validate(signedFields(envelope, generation));
  } catch (cause) {
    if (Error.isError(cause) && cause.message === MISMATCH) throw new Rejection('signature-mismatch');
    // Stryker disable next-line ArithmeticOperator: any number that was not used before is right
    if (isUnreadable(cause)) certificates.generation = generation + 1;
    throw new Rejection('certificate-unavailable', 'the certificate of SNS could not be had or read', {
      cause,
    });
  }
};

/** A certificate of SNS has some 2 KB. */
const LIMITS = { timeoutMs: 3_000, maxBytes: 64 * 1024 } as const;

/** How sns-validator says that the signature is wrong; whatever else it says is about the certificate. */
const MISMATCH = 'The message signature is invalid.';

/**
 * sns-validator keeps whatever it was given as a certificate under its URL, for as long as the function lives, even what
 * it then can't read. SigningCertURL is not signed, and a fragment is not sent: with one of our own it asks anew.
 */
const certificates = { generation: 0 };

/** OpenSSL's word that it was given no certificate. One that wasn't given at all is not kept either. */
const isUnreadable = (error: unknown): boolean =>
  // Stryker disable next-line ConditionalExpression,LogicalOperator: an error without a code has no code of OpenSSL; only the types need the check
  Error.isError(error) && 'code' in error && String(error.code).startsWith('ERR_OSSL');

const validate = (message: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((resolve, reject) => {
    const check = () =>
      new MessageValidator().validate({ ...message }, (error) => (error ? reject(error) : resolve()));
    limitRequests(check, LIMITS, reject);
  });

const signedFields = (envelope: SnsEnvelope, generation: number): Readonly<Record<string, string>> => {
  const { Type, Timestamp, Token, SigningCertURL } = envelope;
  const message = { ...envelope, SigningCertURL: `${SigningCertURL}#${generation}` };
  if (Type !== 'UnsubscribeConfirmation') return message;
  // sns-validator leaves the Token out of what it signs for this Type, and so turns genuine messages away. It joins
  // names and values by newlines, so the Token can ride behind the Timestamp, where SNS signs it; neither can hold a
  // newline of its own, that was checked. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
  return { ...message, Timestamp: `${Timestamp}\nToken\n${Token}` };
};
