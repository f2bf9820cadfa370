import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier, isJsonObject, type JsonObject, writeJson } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent } from '../provider.ts';
import { ownField, parseBody } from '../shared/body-shape.ts';
import { meaningOf } from '../shared/catalogue.ts';
import { avazaCatalogue, idFields } from './catalogue.ts';

/**
 * The events in a delivery: one for each item of the array. Avaza promises a single one.
 *
 * None has a time. `DateUpdated` is the record's, not the event's: an invoice may be deleted that was last touched a year ago.
 */
export const interpretAvaza = (
  { body, path }: DeliveredContent,
  _settings?: unknown,
  parsed?: readonly JsonObject[],
): readonly ProviderEvent[] => {
  const { event } = path;
  if (event === undefined) throw new Rejection('body-shape', 'the path names no event');
  return (parsed ?? parseItems(body)).map((item) => {
    const entityId = entityIdOf(event, item);
    const updated = identifier(ownField(item, 'DateUpdated'));
    return {
      name: event,
      identity:
        entityId === undefined || updated === undefined
          ? [event, digest(writeJson(item))]
          : [event, entityId, updated],
      entityId,
      data: item,
    };
  });
};

/** @throws {Rejection} 400 where the body is not an array of objects. */
export const parseItems = (text: string): readonly JsonObject[] => {
  const items = parseBody(text);
  if (!Array.isArray(items)) throw new Rejection('body-shape', 'the body is not an array');
  return items.map((item) => {
    if (!isJsonObject(item)) throw new Rejection('body-shape', 'an item of the array is not an object');
    return item;
  });
};

const entityIdOf = (event: string, item: JsonObject): string | undefined => {
  const meaning = meaningOf(avazaCatalogue, event);
  return (
    meaning &&
    // Stryker disable next-line OptionalChaining: every entity of the catalogue has an id field; only the type does not say so
    idFields[meaning.entity]?.map((field) => identifier(ownField(item, field))).find((id) => id !== undefined)
  );
};
