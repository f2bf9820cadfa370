import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import {
  identifier,
  isJsonObject,
  JsonError,
  type JsonObject,
  type JsonValue,
  parseJson,
  parseStrings,
  roundsNumbers,
} from '../../core/json.ts';
import type { ProviderEvent } from '../provider.ts';
import { ownField, parseObject, stringField } from '../shared/body-shape.ts';
import { meaningOf } from '../shared/catalogue.ts';
import { idFields, ivvyCatalogue } from './catalogue.ts';
import { type InnerMessage, parseInnerMessage } from './inner-message.ts';

/** What is read in a notification. */
export interface IvvyNotification {
  /** SNS's envelope: `MessageId` and `Timestamp` count where iVvy's own message names no transaction and no time. */
  readonly envelope: JsonObject;
  readonly message: InnerMessage;
}

/** The event in a notification: three levels of JSON, each a string in the one around it. */
export const interpretIvvy = (
  { body }: DeliveredContent,
  _settings?: unknown,
  parsed = readNotification(body),
): readonly ProviderEvent[] => {
  const { envelope, message } = parsed;
  // The body around it doesn't show what is escaped in it.
  // Stryker disable next-line StringLiteral: the delivery goes to unrecognized.fifo whatever the message says, and nothing prints it
  if (roundsNumbers(message.body)) throw new JsonError('more numbers than can be kept digit for digit');
  const data = parseJson(message.body);
  const seconds = Number(message.timestamp || Number.NaN);
  return [
    {
      name: message.subject,
      // One transaction can change several things, and one thing twice: the transaction alone is no event.
      identity:
        message.txnId === undefined
          ? [stringField(envelope, 'MessageId')]
          : [message.accountId, message.txnId, message.subject, digest(message.body)],
      entityId: entityId(message.subject, data),
      account: message.accountId,
      time: new Date(Number.isNaN(seconds) ? Date.parse(stringField(envelope, 'Timestamp')) : seconds * 1000),
      data,
    },
  ];
};

const readNotification = (text: string): IvvyNotification => {
  const envelope = parseObject(text, 'the body', parseStrings);
  return { envelope, message: parseInnerMessage(stringField(envelope, 'Message')) };
};

const entityId = (subject: string, body: JsonValue): string | undefined => {
  if (!isJsonObject(body)) return undefined;
  const data = ownField(body, 'data');
  if (isJsonObject(data)) return identifier(ownField(data, 'id'));
  // Stryker disable next-line StringLiteral: there is no entity with either name
  const field = idFields[meaningOf(ivvyCatalogue, subject)?.entity ?? ''];
  return field === undefined ? undefined : identifier(ownField(body, field));
};
