import { bodyText, type WebhookRequest } from '../../../core/request.ts';
import type { Verdict } from '../../provider.ts';
import type { confirmSubscription } from './confirm-subscription.ts';
import { checkSnsEnvelope, type SnsAddressee, type SnsEnvelope } from './envelope.ts';
import type { VerifySns } from './signature.ts';

/** What asks SNS. */
export interface SnsOutside {
  readonly verify: VerifySns;
  readonly confirm: typeof confirmSubscription;
}

/**
 * Verifies a message of SNS, and completes its handshake.
 *
 * @returns the envelope of a notification, or the verdict on a handshake.
 * @throws {Rejection} if the message is not genuine or not for the addressee.
 */
export const receiveSns = async (
  request: WebhookRequest,
  addressee: SnsAddressee,
  { verify, confirm }: SnsOutside,
): Promise<{ readonly notification: SnsEnvelope } | { readonly verdict: Verdict<never> }> => {
  const envelope = checkSnsEnvelope(bodyText(request), request, addressee);
  await verify(envelope);
  if (envelope.Type === 'Notification') return { notification: envelope };
  // An UnsubscribeConfirmation contains a URL that would subscribe again, which a person must decide.
  if (envelope.Type === 'UnsubscribeConfirmation') return { verdict: { outcome: 'unsubscribed' } };
  await confirm(envelope);
  return { verdict: { outcome: 'confirmed' } };
};
