import { outgoingGet } from '../../outgoing-get.ts';
import { Rejection } from '../../rejection.ts';
import type { SnsEnvelope } from './sns-envelope.ts';

/**
 * Completes an SNS handshake by following SubscribeURL. Only after the signature was verified.
 *
 * @throws {Rejection} `subscribe-url-not-allowed` where the URL is not the confirmation of this very topic and token at
 * SNS itself; `confirmation-failed` where SNS did not answer 200.
 */
export const confirmSubscription = async (
  envelope: SnsEnvelope,
  get: typeof outgoingGet = outgoingGet,
): Promise<void> => {
  const url = checkSubscribeUrl(envelope);
  const { status } = await get(url, LIMITS).catch((cause: unknown) => {
    throw new Rejection('confirmation-failed', 'SNS could not be reached to confirm', { cause });
  });
  if (status !== 200)
    throw new Rejection('confirmation-failed', `SNS answered ${status} to the confirmation`);
};

const LIMITS = { timeoutMs: 5_000, maxBytes: 64 * 1024 } as const;

const checkSubscribeUrl = ({ SubscribeURL = '', SigningCertURL, TopicArn, Token }: SnsEnvelope): URL => {
  const url = URL.parse(SubscribeURL);
  const one = (name: string) => {
    const values = url?.searchParams.getAll(name) ?? [];
    return values.length === 1 ? values[0] : undefined;
  };
  if (
    url === null ||
    // The certificate's URL was matched whole, so its origin is SNS in the topic's region.
    url.origin !== new URL(SigningCertURL).origin ||
    url.username !== '' ||
    url.password !== '' ||
    url.pathname !== '/' ||
    one('Action') !== 'ConfirmSubscription' ||
    one('TopicArn') !== TopicArn ||
    one('Token') !== Token
  ) {
    throw new Rejection(
      'subscribe-url-not-allowed',
      'SubscribeURL is not the confirmation of this topic at SNS',
    );
  }
  return url;
};
