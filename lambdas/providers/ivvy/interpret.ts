import { ownField, parseObject, stringField } from '../../core/body-shape.ts';
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
import { meaningOf } from '../shared/catalogue.ts';
import { idFields, ivvyCatalogue } from './catalogue.ts';
import { type InnerMessage, parseInnerMessage } from './inner-message.ts';

export interface IvvyNotification {
  /** SNS's `MessageId` and `Timestamp` replace a missing transaction or time in iVvy's message. */
  readonly envelope: JsonObject;
  readonly message: InnerMessage;
}

/** Reads three levels of JSON, each a string in the level above. */
export const interpretIvvy = (
  { body }: DeliveredContent,
  _settings?: unknown,
  parsed = readNotification(body),
): readonly ProviderEvent[] => {
  const { envelope, message } = parsed;
  // Checked again here, because the outer body contains this level in escaped form.
  // Stryker disable next-line StringLiteral: nothing prints this message
  if (roundsNumbers(message.body)) throw new JsonError('more numbers than can be kept digit for digit');
  const data = parseJson(message.body);
  return [
    {
      name: message.subject,
      // One transaction may cause several events, even of one entity.
      identity:
        message.txnId === undefined
          ? [stringField(envelope, 'MessageId')]
          : [message.accountId, message.txnId, message.subject, digest(message.body)],
      entityId: entityId(message.subject, data),
      account: message.accountId,
      time: timeOf(message, Date.parse(stringField(envelope, 'Timestamp'))),
      data,
    },
  ];
};

/** SNS signs its own time: a time in the message that is far from it is a mistake, and is ignored. */
const timeOf = ({ timestamp }: InnerMessage, sentMs: number): Date => {
  const ms = Number(timestamp) * 1000;
  return new Date(Math.abs(ms - sentMs) <= MAX_APART_MS ? ms : sentMs);
};

/** The shortest retention: an event that happened earlier could not be recognized as a repeat. */
const MAX_APART_MS = 14 * 24 * 60 * 60_000;

const readNotification = (text: string): IvvyNotification => {
  const envelope = parseObject(text, 'the body', parseStrings);
  return { envelope, message: parseInnerMessage(stringField(envelope, 'Message')) };
};

const entityId = (subject: string, body: JsonValue): string | undefined => {
  if (!isJsonObject(body)) return undefined;
  const data = ownField(body, 'data');
  if (isJsonObject(data)) return identifier(ownField(data, 'id'));
  // Stryker disable next-line StringLiteral: neither name is an entity
  const field = idFields[meaningOf(ivvyCatalogue, subject)?.entity ?? ''];
  return field === undefined ? undefined : identifier(ownField(body, field));
};
