import { withBody } from '../bodies/kept-body.ts';
import type { Objects } from '../bodies/objects.ts';
import type { Delivery, StoredDelivery } from '../core/delivery.ts';
import {
  type Interpretation,
  interpretDelivery,
  type QueueTools,
  redirectUnrouted,
  routableEvents,
} from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { largeBodyOf, type Message } from './intake-messages.ts';
import type { ReceivedDelivery } from './step.ts';

/** Reads and interprets messages. A body to which several refer is read once. */
export const interpretMessages = async (
  messages: readonly Message[],
  queues: QueueTools,
  objects: Objects,
  time: Deadline,
): Promise<readonly ReceivedDelivery[]> => {
  const known = new Map<string, Promise<Read>>();
  const read = (message: Message): Promise<Read> => {
    const { messageId, stored } = message;
    const body = largeBodyOf(message) ?? messageId;
    const reading = known.get(body) ?? readAndInterpret(stored, objects, time);
    known.set(body, reading);
    return reading;
  };
  return await Promise.all(
    messages.map(async (message) => {
      const { messageId, group, tries, stored } = message;
      try {
        const { delivery, events, part } = await read(message);
        const own = events.filter(({ number }) => stored.chosen?.includes(number) ?? true);
        const routable = routableEvents(own, delivery.replay).map((each) =>
          redirectUnrouted(each, delivery.source.name, queues),
        );
        return { messageId, group, tries, delivery, events: routable, part };
      } catch (cause) {
        const delivery = { ...stored, body: '' };
        return { messageId, group, tries, delivery, events: [], part: () => delivery, unread: { cause } };
      }
    }),
  );
};

interface Read extends Interpretation {
  readonly delivery: Delivery;
}

const readAndInterpret = async (stored: StoredDelivery, objects: Objects, time: Deadline): Promise<Read> => {
  if (stored.body === undefined && !time.allowsWork()) throw new OutOfTime();
  const delivery = await withBody(stored, objects, time.work);
  return { delivery, ...interpretDelivery(providerNamed(delivery.source.provider), delivery) };
};
