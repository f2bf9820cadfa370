import type { StoredEvent } from '../event-log/find-event.ts';
import { cloudEventOf, isComplete } from '../event-log/interpret-stored.ts';
import type { Payload } from './model.ts';
import { withoutKeys } from './without-keys.ts';

/** The payload as its consumer receives it, indented, or the delivery's body if today's code no longer finds the event. */
export const payloadOf = (event: StoredEvent): Payload => {
  if (!isComplete(event))
    return { missing: `The log doesn't have it: ${event.bodyOmitted ?? 'it was not stored'}.` };
  const data = dataOf(event) ?? event.body;
  return { text: withoutKeys(typeof data === 'string' ? data : JSON.stringify(data, null, 2)) };
};

const dataOf = (event: Parameters<typeof cloudEventOf>[0]): unknown => {
  try {
    return cloudEventOf(event)?.data;
  } catch {
    // The provider was removed from the code; show the body instead.
    return undefined;
  }
};
