import { parseBody, parseObject, stringField } from '../../core/body-shape.ts';
import { type JsonValue, parseStrings } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider, ProviderEvent } from '../provider.ts';
import { locatedEvents } from '../shared/located-event.ts';
import { placesOf } from '../shared/scheme-settings.ts';
import { confirmSubscription } from '../shared/sns/confirm-subscription.ts';
import { type SnsAddressee, signedFields } from '../shared/sns/envelope.ts';
import { receiveSns, type SnsOutside } from '../shared/sns/receive.ts';
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
  catalogue: ({ events }) => events,

  authenticate: async (request, settings) => {
    const received = await receiveSns(request, snsAddressee(settings), outside);
    if ('verdict' in received) return received.verdict;
    const body = signedFields(received.notification);
    return { outcome: outcomeOf(body, settings), body };
  },

  interpret: ({ body }, settings) => eventsOf(body, settings),
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
const eventsOf = (text: string, settings: SnsSettings): readonly ProviderEvent[] => {
  const envelope = parseObject(text, 'the body', parseStrings);
  const messageId = stringField(envelope, 'MessageId');
  const { Subject: subject } = envelope;
  const published = stringField(envelope, 'Message');
  return locatedEvents(
    placesOf(settings),
    { headers: typeof subject === 'string' ? { subject } : {}, body: published, path: {} },
    publishedValue(published),
    (index) => `${messageId} ${index}`,
  );
};

/** A message that is no JSON is a text. */
const publishedValue = (message: string): JsonValue => {
  try {
    return parseBody(message, 'Message');
  } catch {
    return message;
  }
};
