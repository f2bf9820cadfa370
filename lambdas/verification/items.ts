import type { JsonValue } from '../core/json.ts';
import { Rejection } from '../core/rejection.ts';
import { locate } from './place.ts';

/** The place of a list that is the body itself. */
const WHOLE_BODY = 'body';

/**
 * The items of the list in a body; one `undefined` for a body that is one event.
 *
 * @param place of the list. Default: none.
 * @throws {Rejection} `body-shape` if there is no list.
 */
export const itemsAt = (place: string | undefined, body: JsonValue): readonly (JsonValue | undefined)[] => {
  if (place === undefined) return [undefined];
  const list = place === WHOLE_BODY ? body : locate(place, { headers: {}, body });
  if (!Array.isArray(list)) throw new Rejection('body-shape', `there is no list of events at ${place}`);
  return list;
};
