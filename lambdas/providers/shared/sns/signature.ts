import MessageValidator from 'sns-validator';
import { Rejection } from '../../../core/rejection.ts';
import { limitRequests } from '../../../runtime/limited-requests.ts';
import type { SnsEnvelope } from './envelope.ts';

/**
 * Verifies the RSA signature of a checked envelope.
 *
 * @throws {Rejection} `signature-mismatch` or `certificate-unavailable`.
 */
export type VerifySns = (envelope: SnsEnvelope) => Promise<void>;

/** Verifies with sns-validator, which fetches the certificate itself and caches it without expiry. */
export const verifySns: VerifySns = async (envelope) => {
  const generation = certificates.generation;
  try {
    await validate(signedFields(envelope, generation));
    if (known.size >= MAX_KNOWN) known.clear();
    known.add(envelope.SigningCertURL);
  } catch (cause) {
    if (Error.isError(cause) && cause.message === MISMATCH) throw new Rejection('signature-mismatch');
    // Stryker disable next-line ArithmeticOperator: any unused number will do
    if (isUnreadable(cause)) certificates.generation = generation + 1;
    throw new Rejection('certificate-unavailable', 'the certificate of SNS is unavailable or invalid', {
      cause,
    });
  }
};

/** Whether verifying by a certificate causes no request: something genuine was verified by it. */
export const isCertificateKnown = ({ SigningCertURL }: SnsEnvelope): boolean => known.has(SigningCertURL);

/** SNS has a few for each region. */
const MAX_KNOWN = 100;
const known = new Set<string>();

/** A certificate of SNS has about 2 KB. */
const LIMITS = { timeoutMs: 3_000, maxBytes: 64 * 1024 } as const;

/** sns-validator's message for a wrong signature; all others concern the certificate. */
const MISMATCH = 'The message signature is invalid.';

/**
 * sns-validator caches certificates by URL for the life of the process, even invalid ones. A new fragment makes it fetch
 * again: SigningCertURL is not signed, and a fragment is not sent.
 */
const certificates = { generation: 0 };

/** OpenSSL's error for an invalid certificate. A failed download is not cached. */
const isUnreadable = (error: unknown): boolean =>
  // Stryker disable next-line ConditionalExpression,LogicalOperator: only the types need the check
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
  // sns-validator omits the Token for this Type, and so rejects authentic messages. It joins names and values with newlines,
  // so the Token can be appended to the Timestamp, where SNS signs it. Neither contains a newline. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
  return { ...message, Timestamp: `${Timestamp}\nToken\n${Token}` };
};
