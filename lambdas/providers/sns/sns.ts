import { parseBody, parseObject, stringField } from '../../core/body-shape.ts';
import { type JsonValue, parseStrings, writeJson } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { Provider, ProviderEvent } from '../provider.ts';
import { cutLocated, locatedEvents } from '../shared/located-event.ts';
import { placesOf } from '../shared/scheme-settings.ts';
import { confirmSubscription } from '../shared/sns/confirm-subscription.ts';
import { type SnsAddressee, signedFields } from '../shared/sns/envelope.ts';
import { isSignedBySns, receiveSns, type SnsOutside } from '../shared/sns/receive.ts';
import { snsRetries } from '../shared/sns/retries.ts';
import { verifySns } from '../shared/sns/signature.ts';
import { type SnsOptions, type SnsSettings, snsSettings } from './settings.ts';

/** Any topic of SNS: an RSA signature over the message, and a handshake. */
export const createSns = (outside: SnsOutside): Provider<SnsSettings, SnsOptions, never> => ({
  name: 'sns',
  settings: snsSettings,
  nameInEvents: ({ name }) => name,
  secret: undefined,
  retries: snsRetries,
  endsSubscriptions: true,
  catalogue: ({ catalogue }) => catalogue,

  isSigned: (request) => isSignedBySns(request, outside.verify),

  authenticate: async (request, settings) => {
    const received = await receiveSns(request, snsAddressee(settings), outside);
    if ('verdict' in received) return received.verdict;
    const body = signedFields(received.notification);
    return { outcome: outcomeOf(body, settings), body };
  },

  interpret: ({ body, items }, settings) => eventsOf(body, settings, items),

  cut: ({ body, items }, settings) => {
    const { envelope, published } = readMessage(body);
    const cut = cutLocated(placesOf(settings), { body: published, items }, publishedValue(published));
    return cut && ((numbers) => writeJson({ ...envelope, Message: cut(numbers) }));
  },
});

export const sns = createSns({ verify: verifySns, confirm: confirmSubscription });

/** Takes messages of the topics of a source. */
export const snsAddressee = ({ topicArns, maxAge }: SnsSettings): SnsAddressee => ({
  maxAge,
  checkTopic: (arn, { region }) => {
    if (!topicArns.includes(arn)) throw new Rejection('topic-not-allowed', 'the topic is not in topicArns');
    return region;
  },
});

/** What the message is. One that isn't understood is accepted: SNS would not send it again. */
const outcomeOf = (text: string, settings: SnsSettings): 'accepted' | 'test' | 'empty' => {
  try {
    const events = eventsOf(text, settings);
    if (events.length === 0) return 'empty';
    return events.every(({ name }) => settings.testEvents.includes(name)) ? 'test' : 'accepted';
  } catch (error) {
    if (error instanceof Rejection) return 'accepted';
    throw error;
  }
};

/** The events in the message that was published. Without an id in it, SNS's `MessageId` identifies them. */
const eventsOf = (
  text: string,
  settings: SnsSettings,
  items?: readonly number[],
): readonly ProviderEvent[] => {
  const { envelope, published } = readMessage(text);
  const messageId = stringField(envelope, 'MessageId');
  const { Subject: subject } = envelope;
  return locatedEvents(
    placesOf(settings),
    {
      headers: typeof subject === 'string' ? { subject } : {},
      body: published,
      path: {},
      ...(items !== undefined && { items }),
    },
    publishedValue(published),
    (index) => `${messageId} ${index}`,
  );
};

const readMessage = (text: string) => {
  const envelope = parseObject(text, 'the body', parseStrings);
  return { envelope, published: stringField(envelope, 'Message') };
};

/** A message that is no JSON is a text. */
const publishedValue = (message: string): JsonValue => {
  try {
    return parseBody(message, 'Message');
  } catch {
    return message;
  }
};
