import { digest } from '../../core/digest.ts';
import { type JsonValue, writeCanonical } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent } from '../provider.ts';

/**
 * The events of a list. An item that is not understood takes none of the others along: it is an event of its own, for
 * `unrecognized.fifo`. If none is understood, neither is the delivery; a part of one keeps its items.
 *
 * @param read makes an event of an item. What it throws but a {@link Rejection} is thrown.
 * @throws {Rejection} if no item of a whole delivery is understood.
 */
export const eachItem = <Item extends JsonValue | undefined>(
  items: readonly Item[],
  read: (item: Item, index: number) => ProviderEvent,
  { isPart }: { readonly isPart: boolean },
): readonly ProviderEvent[] => {
  const events = items.map((item, index): ProviderEvent => {
    try {
      return read(item, index);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return unread(item ?? null, error);
    }
  });
  const [first] = events;
  if (isPart || first?.notUnderstood === undefined) return events;
  if (events.every(({ notUnderstood }) => notUnderstood !== undefined)) throw first.notUnderstood;
  return events;
};

const unread = (item: JsonValue, notUnderstood: Rejection): ProviderEvent => ({
  name: '',
  identity: [digest(writeCanonical(item))],
  data: item,
  isContentId: true,
  notUnderstood,
});
