import { Rejection } from '../../../core/rejection.ts';
import { bodyText, type WebhookRequest } from '../../../core/request.ts';
import type { Verdict } from '../../provider.ts';
import type { confirmSubscription } from './confirm-subscription.ts';
import { checkSnsEnvelope, type SnsAddressee, type SnsEnvelope } from './envelope.ts';
import { isCertificateKnown, type VerifySns } from './signature.ts';

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

/**
 * Whether SNS signed a message, whoever it is for and however old it is. Confirms nothing, and causes no request: by a
 * certificate that verified nothing yet, it is not known.
 */
export const isSignedBySns = async (request: WebhookRequest, verify: VerifySns): Promise<boolean> => {
  try {
    const envelope = checkSnsEnvelope(bodyText(request), request, ANY_TOPIC);
    if (!isCertificateKnown(envelope)) return false;
    await verify(envelope);
    return true;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
};

const ANY_TOPIC: SnsAddressee = {
  checkTopic: (_, { region }) => region,
  maxAge: Number.POSITIVE_INFINITY,
};
