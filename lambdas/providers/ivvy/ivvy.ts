import { identifierField, parseObject } from '../../core/body-shape.ts';
import { Rejection } from '../../core/rejection.ts';
import type { Provider, Verdict } from '../provider.ts';
import { confirmSubscription } from '../shared/sns/confirm-subscription.ts';
import { type SnsEnvelope, signedFields } from '../shared/sns/envelope.ts';
import { isSignedBySns, receiveSns, type SnsOutside } from '../shared/sns/receive.ts';
import { snsRetries } from '../shared/sns/retries.ts';
import { verifySns } from '../shared/sns/signature.ts';
import { understood } from '../shared/understood.ts';
import { ivvyCatalogue } from './catalogue.ts';
import { parseInnerMessage } from './inner-message.ts';
import { type CheckInnerSignature, innerSignatureCheck } from './inner-signature.ts';
import { type IvvyNotification, interpretIvvy } from './interpret.ts';
import { type IvvyOptions, type IvvySettings, ivvySettings } from './settings.ts';
import { ivvyAddressee } from './topic.ts';

export interface IvvyOutside extends SnsOutside {
  readonly checkInner: CheckInnerSignature;
}

/** iVvy: venues and events. AWS SNS over HTTPS with an RSA signature, a handshake, and a second signature inside. */
export const createIvvy = ({
  checkInner,
  ...sns
}: IvvyOutside): Provider<IvvySettings, IvvyOptions, IvvyNotification> => ({
  name: 'ivvy',
  settings: ivvySettings,
  secret: undefined,
  retries: snsRetries,
  endsSubscriptions: true,
  catalogue: () => ivvyCatalogue,

  isSigned: (request) => isSignedBySns(request, sns.verify),

  authenticate: async (request, settings) => {
    const received = await receiveSns(request, ivvyAddressee(settings), sns);
    if ('verdict' in received) return received.verdict;
    const { notification } = received;
    const body = signedFields(notification);
    const parsed = understood(() => toNotification(notification));
    checkAccount(accountIn(notification.Message), settings);
    const verdict = await checkOwnSignature(parsed, settings, checkInner);
    return { ...verdict, outcome: 'accepted', body, parsed };
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

/** The account that a message names, even if the rest of it is not understood. */
const accountIn = (message: string): string | undefined =>
  understood(() => identifierField(parseObject(message), 'AccountId'));

/** A message that names no account was verified by its topic. */
const checkAccount = (account: string | undefined, { accountIds }: IvvySettings): void => {
  if (account === undefined || accountIds.includes(account)) return;
  throw new Rejection('account-not-allowed', 'the message is of another iVvy account', SIGNED);
};

/** SNS signed it. */
const SIGNED = { isSigned: true } as const;

/** Checks iVvy's own signature. A message that is not understood can't have the one that `require` demands. */
const checkOwnSignature = async (
  parsed: IvvyNotification | undefined,
  settings: IvvySettings,
  checkInner: CheckInnerSignature,
): Promise<Pick<Verdict, 'findings'>> => {
  if (parsed === undefined) {
    if (settings.innerSignature === 'require') requireValid('missing');
    return {};
  }
  if (settings.innerSignature === 'off') return {};
  const innerSignature = await checkInner(parsed.message, settings.regions);
  if (settings.innerSignature === 'require') requireValid(innerSignature);
  return { findings: { innerSignature } };
};

const requireValid = (found: Awaited<ReturnType<CheckInnerSignature>>): void => {
  if (found === 'valid') return;
  if (found === 'missing')
    throw new Rejection('signature-missing', "iVvy's own signature is missing", SIGNED);
  if (found === 'invalid') throw new Rejection('signature-mismatch', "iVvy's own signature is wrong", SIGNED);
  if (found === 'key-not-allowed')
    throw new Rejection('key-not-allowed', "iVvy's own signature names a key that is not iVvy's", SIGNED);
  throw new Rejection('key-unavailable', "the key of iVvy's own signature is unavailable or invalid");
};
