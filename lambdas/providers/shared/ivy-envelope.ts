import { identifierField, ownField, parseObject, stringField } from '../../core/body-shape.ts';
import type { DeliveredContent } from '../../core/delivery.ts';
import { identifier, isJsonObject, type JsonObject } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText, type WebhookRequest } from '../../core/request.ts';
import { readTime } from '../../verification/provider-time.ts';
import type { ProviderEvent, Verdict } from '../provider.ts';
import { understood } from './understood.ts';

/** The envelope of events from Ivy and from its successor Augustus. */
export interface IvyEnvelope {
  readonly id: string;
  readonly type: string;
  readonly date: Date | undefined;
  readonly payload: JsonObject;
}

/** @param test the event type of test deliveries, which need no other field. */
export const ivyVerdict = (request: WebhookRequest, test: string): Verdict<IvyEnvelope> => {
  const body = understood(() => parseObject(bodyText(request)));
  if (body !== undefined && ownField(body, 'type') === test) return { outcome: 'test' };
  return { outcome: 'accepted', parsed: body && understood(() => toEnvelope(body)) };
};

export const interpretIvy = (
  { body }: DeliveredContent,
  _settings?: unknown,
  parsed = toEnvelope(parseObject(body)),
): readonly ProviderEvent[] => {
  const { id, type, date, payload } = parsed;
  return [
    {
      name: type,
      identity: [id, type],
      entityId: identifier(ownField(payload, 'id')),
      time: date,
      data: payload,
    },
  ];
};

const toEnvelope = (body: JsonObject): IvyEnvelope => {
  const payload = ownField(body, 'payload');
  if (!isJsonObject(payload)) throw new Rejection('body-shape', 'payload is missing or not an object');
  return {
    id: identifierField(body, 'id'),
    type: stringField(body, 'type'),
    // Its format is not documented, so an unreadable time is ignored.
    date: readTime(ownField(body, 'date')),
    payload,
  };
};
