import { Rejection } from '../../../core/rejection.ts';
import { outgoingGet } from '../../../runtime/outgoing-get.ts';
import type { SnsEnvelope } from './envelope.ts';

/**
 * Completes an SNS handshake by requesting SubscribeURL. Verify the signature first.
 *
 * @throws {Rejection} `subscribe-url-not-allowed` if the URL is not SNS's confirmation of this topic and token;
 * `confirmation-failed` if SNS does not answer 200.
 */
export const confirmSubscription = async (
  envelope: SnsEnvelope,
  get: typeof outgoingGet = outgoingGet,
): Promise<void> => {
  // Stryker disable next-line StringLiteral: the replacement is not a URL either
  const url = URL.parse(envelope.SubscribeURL ?? '');
  if (url === null || !isConfirmation(url, envelope)) {
    throw new Rejection(
      'subscribe-url-not-allowed',
      'SubscribeURL is not the confirmation of this topic at SNS',
    );
  }
  const { status } = await get(url, LIMITS).catch((cause: unknown) => {
    throw new Rejection('confirmation-failed', 'SNS could not be reached to confirm', { cause });
  });
  if (status !== 200)
    throw new Rejection('confirmation-failed', `SNS answered ${status} to the confirmation`);
};

const LIMITS = { timeoutMs: 5_000, maxBytes: 64 * 1024 } as const;

const isConfirmation = (url: URL, { SigningCertURL, TopicArn, Token }: SnsEnvelope): boolean =>
  // The certificate's URL was checked completely, so its origin is SNS in the topic's region.
  url.origin === new URL(SigningCertURL).origin &&
  url.username === '' &&
  url.password === '' &&
  url.pathname === '/' &&
  isOnly(url, 'Action', 'ConfirmSubscription') &&
  isOnly(url, 'TopicArn', TopicArn) &&
  isOnly(url, 'Token', Token);

/** Whether a parameter occurs once and has this value. */
const isOnly = (url: URL, name: string, wanted: string | undefined): boolean => {
  const [value, ...more] = url.searchParams.getAll(name);
  return value !== undefined && value === wanted && more.length === 0;
};
