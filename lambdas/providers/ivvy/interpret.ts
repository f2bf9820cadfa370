import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import {
  identifier,
  isJsonObject,
  JsonError,
  type JsonValue,
  parseJson,
  parseStrings,
  roundsNumbers,
} from '../../core/json.ts';
import type { ProviderEvent } from '../provider.ts';
import { ownField, parseObject, stringField } from '../shared/body-shape.ts';
import { meaningOf } from '../shared/catalogue.ts';
import { idFields, ivvyCatalogue } from './catalogue.ts';
import { parseInnerMessage } from './inner-message.ts';

/** The event in a notification: three levels of JSON, each a string in the one around it. */
export const interpretIvvy = ({ body }: DeliveredContent): readonly ProviderEvent[] => {
  const envelope = parseObject(body, 'the body', parseStrings);
  const message = parseInnerMessage(stringField(envelope, 'Message'));
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

const entityId = (subject: string, body: JsonValue): string | undefined => {
  if (!isJsonObject(body)) return undefined;
  const data = ownField(body, 'data');
  if (isJsonObject(data)) return identifier(ownField(data, 'id'));
  // Stryker disable next-line StringLiteral: there is no entity with either name
  const field = idFields[meaningOf(ivvyCatalogue, subject)?.entity ?? ''];
  return field === undefined ? undefined : identifier(ownField(body, field));
};
