import type { DeliveredContent } from '../../core/delivery.ts';
import { identifier, isJsonObject, type JsonObject } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent, Verdict } from '../provider.ts';
import { identifierField, ownField, parseObject, stringField } from './body-shape.ts';
import { readTime } from './provider-time.ts';

/** What both generations of Ivy, the old one and Augustus, wrap an event in. */
export interface IvyEnvelope {
  readonly id: string;
  readonly type: string;
  readonly date: Date | undefined;
  readonly payload: JsonObject;
}

/**
 * What a genuine delivery of Ivy's is.
 *
 * @param test the event type of its trials.
 * @throws {Rejection} 400 where the body is not `{ id, type, date, payload }`. A trial needs a type only.
 */
export const ivyVerdict = (text: string, test: string): Verdict<IvyEnvelope> => {
  const body = parseObject(text);
  if (ownField(body, 'type') === test) return { outcome: 'test' };
  return { outcome: 'accepted', parsed: toEnvelope(body) };
};

/** The event in a delivery of Ivy's. */
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
    // Its form is not documented: what can't be read as a time costs the time only.
    date: readTime(ownField(body, 'date')),
    payload,
  };
};
