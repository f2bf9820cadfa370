import { ownField, parseObject } from '../../../core/body-shape.ts';
import { type JsonObject, parseStrings } from '../../../core/json.ts';
import { Rejection } from '../../../core/rejection.ts';
import { bodyText, type WebhookRequest } from '../../../core/request.ts';
import type { SnsTrace } from '../../../verification/trace/trace.ts';
import { confirmSubscription } from './confirm-subscription.ts';
import { checkSnsEnvelope, type SnsAddressee, type SnsEnvelope, TOPIC_ARN } from './envelope.ts';
import type { SnsOutside } from './receive.ts';
import { verifySns } from './signature.ts';

/** Never asks SNS to confirm: a trace must change nothing. The URL is checked as for a confirmation. */
const confirm: SnsOutside['confirm'] = (envelope) =>
  confirmSubscription(envelope, async () => ({ status: 200, text: '' }));

/** For a provider of a trace. @param online whether the certificate may be fetched. */
export const outsideOfTrace = (online: boolean): SnsOutside => ({
  verify: online ? verifySns : async () => undefined,
  confirm,
});

/** What a message of SNS says of itself, and which checks it passes. */
export const describeSns = async (
  request: WebhookRequest,
  addressee: SnsAddressee,
  online: boolean,
): Promise<SnsTrace> => {
  const { envelope, reason } = check(request, addressee);
  return {
    ...claimsOf(request),
    maxAge: addressee.maxAge,
    envelope: reason ?? 'passes',
    signature: envelope === undefined || !online ? 'not checked' : await signatureOf(envelope),
  };
};

const check = (
  request: WebhookRequest,
  addressee: SnsAddressee,
): { readonly envelope?: SnsEnvelope; readonly reason?: Rejection['reason'] } => {
  try {
    return { envelope: checkSnsEnvelope(bodyText(request), request, addressee) };
  } catch (error) {
    if (error instanceof Rejection) return { reason: error.reason };
    throw error;
  }
};

const signatureOf = async (envelope: SnsEnvelope): Promise<SnsTrace['signature']> => {
  try {
    await verifySns(envelope);
    return 'fits';
  } catch (error) {
    if (error instanceof Rejection) return error.reason;
    throw error;
  }
};

/** Only fields of an exact form: the others could hold anything. */
const claimsOf = (request: WebhookRequest): Partial<SnsTrace> => {
  const message = messageIn(request);
  if (message === undefined) return {};
  const text = (name: string, form: RegExp) => {
    const value = ownField(message, name);
    return typeof value === 'string' && form.test(value) ? value : undefined;
  };
  const type = text('Type', /^(?:Notification|SubscriptionConfirmation|UnsubscribeConfirmation)$/);
  const topic = text('TopicArn', TOPIC_ARN);
  const timestamp = text('Timestamp', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const age = timestamp === undefined ? Number.NaN : request.receivedAt.getTime() - Date.parse(timestamp);
  return {
    ...(type !== undefined && { type }),
    ...(topic !== undefined && { topic }),
    ...(timestamp !== undefined && { timestamp }),
    ...(!Number.isNaN(age) && { seconds: Math.abs(age) / 1000, direction: age < 0 ? 'ahead' : 'behind' }),
  };
};

const messageIn = (request: WebhookRequest): JsonObject | undefined => {
  try {
    return parseObject(bodyText(request), 'the body', parseStrings);
  } catch {
    return undefined;
  }
};
