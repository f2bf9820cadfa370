import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider, Verdict } from '../provider.ts';
import { ivvyCatalogue } from './catalogue.ts';
import { confirmSubscription } from './confirm-subscription.ts';
import { parseInnerMessage } from './inner-message.ts';
import { type CheckInnerSignature, innerSignatureCheck } from './inner-signature.ts';
import { type IvvyNotification, interpretIvvy } from './interpret.ts';
import { snsRetries } from './retries.ts';
import { type IvvyOptions, type IvvySettings, ivvySettings } from './settings.ts';
import { checkSnsEnvelope, type SnsEnvelope } from './sns-envelope.ts';
import { type VerifySns, verifySns } from './sns-signature.ts';

export interface IvvyOutside {
  readonly verify: VerifySns;
  readonly confirm: typeof confirmSubscription;
  readonly checkInner: CheckInnerSignature;
}

/** iVvy: venues and events. AWS SNS over HTTPS with an RSA signature, a handshake, and a second signature inside. */
export const createIvvy = ({
  verify,
  confirm,
  checkInner,
}: IvvyOutside): Provider<IvvySettings, IvvyOptions, IvvyNotification> => ({
  name: 'ivvy',
  settings: ivvySettings,
  secret: undefined,
  retries: snsRetries,
  catalogue: () => ivvyCatalogue,

  authenticate: async (request, settings) => {
    const envelope = checkSnsEnvelope(bodyText(request), request, settings);
    await verify(envelope);
    switch (envelope.Type) {
      case 'SubscriptionConfirmation':
        await confirm(envelope);
        return { outcome: 'confirmed' };
      case 'UnsubscribeConfirmation':
        // It contains a URL that would subscribe again, which a person must decide.
        return { outcome: 'unsubscribed' };
      case 'Notification':
        return acceptNotification(toNotification(envelope), settings, checkInner);
    }
  },

  interpret: interpretIvvy,
});

export const ivvy = createIvvy({
  verify: verifySns,
  confirm: confirmSubscription,
  checkInner: innerSignatureCheck(),
});

const toNotification = ({ MessageId, Timestamp, Message }: SnsEnvelope): IvvyNotification => ({
  envelope: { MessageId, Timestamp },
  message: parseInnerMessage(Message),
});

const acceptNotification = async (
  parsed: IvvyNotification,
  settings: IvvySettings,
  checkInner: CheckInnerSignature,
): Promise<Verdict<IvvyNotification>> => {
  const { message } = parsed;
  if (!settings.accountIds.includes(message.accountId)) {
    throw new Rejection('account-not-allowed', 'the message is of another iVvy account');
  }
  if (settings.innerSignature === 'off') return { outcome: 'accepted', parsed };

  const innerSignature = await checkInner(message, settings.regions);
  if (settings.innerSignature === 'require') requireValid(innerSignature);
  return { outcome: 'accepted', parsed, findings: { innerSignature } };
};

const requireValid = (found: Awaited<ReturnType<CheckInnerSignature>>): void => {
  if (found === 'valid') return;
  if (found === 'missing') throw new Rejection('signature-missing', "iVvy's own signature is missing");
  if (found === 'invalid') throw new Rejection('signature-mismatch', "iVvy's own signature is wrong");
  if (found === 'key-not-allowed')
    throw new Rejection('key-not-allowed', "iVvy's own signature names a key that is not iVvy's");
  throw new Rejection('key-unavailable', "the key of iVvy's own signature is unavailable or invalid");
};
