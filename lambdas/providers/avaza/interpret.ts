import { ownField, parseBody } from '../../core/body-shape.ts';
import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import {
  identifier,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  writeCanonical,
  writeJson,
} from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent } from '../provider.ts';
import { meaningOf } from '../shared/catalogue.ts';
import { eachItem } from '../shared/each-item.ts';
import { avazaCatalogue, idFields } from './catalogue.ts';

/**
 * One event for each item of the array. Avaza documents exactly one item.
 *
 * Events have no time: `DateUpdated` is the record's, and a record may be deleted a year after its last update.
 */
export const interpretAvaza = (
  { body, path, items }: DeliveredContent,
  _settings?: unknown,
  parsed?: readonly JsonValue[],
): readonly ProviderEvent[] => {
  const { event } = path;
  if (event === undefined) throw new Rejection('body-shape', 'the path names no event');
  const read = (item: JsonValue): ProviderEvent => {
    if (!isJsonObject(item)) throw new Rejection('body-shape', 'an item of the array is not an object');
    const entityId = entityIdOf(event, item);
    const updated = identifier(ownField(item, 'DateUpdated'));
    const isContentId = entityId === undefined || updated === undefined;
    return {
      name: event,
      identity: isContentId ? [event, digest(writeCanonical(item))] : [event, entityId, updated],
      entityId,
      data: item,
      ...(isContentId && { isContentId }),
    };
  };
  return eachItem(parsed ?? parseItems(body), read, { isPart: items !== undefined });
};

/** The array with these of its items alone. */
export const cutAvaza = (
  { body }: DeliveredContent,
  items: readonly JsonValue[] = parseItems(body),
): ((numbers: readonly number[]) => string) => {
  return (numbers) => writeJson(numbers.map((number) => items[number] ?? null));
};

/** @throws {Rejection} 400 if the body is not an array. */
export const parseItems = (text: string): readonly JsonValue[] => {
  const items = parseBody(text);
  if (!Array.isArray(items)) throw new Rejection('body-shape', 'the body is not an array');
  return items;
};

const entityIdOf = (event: string, item: JsonObject): string | undefined => {
  const meaning = meaningOf(avazaCatalogue, event);
  return (
    meaning &&
    // Stryker disable next-line OptionalChaining: only the type needs it, since every entity has an id field
    idFields[meaning.entity]?.map((field) => identifier(ownField(item, field))).find((id) => id !== undefined)
  );
};
