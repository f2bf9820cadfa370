import type { StoredEvent } from '../event-log/find-event.ts';
import { cloudEventOf, isComplete } from '../event-log/interpret-stored.ts';
import type { Payload } from './model.ts';

/**
 * The payload of an event as its consumer gets it, or the delivery's body where today's code finds no such event in it.
 * JSON is indented, digit for digit as it came.
 */
export const payloadOf = (event: StoredEvent): Payload => {
  if (!isComplete(event))
    return { missing: `The log doesn't hold it: ${event.bodyOmitted ?? 'it was not kept'}.` };
  const data = dataOf(event) ?? event.body;
  return { text: withoutFarewell(typeof data === 'string' ? data : JSON.stringify(data, null, 2)) };
};

const dataOf = (event: Parameters<typeof cloudEventOf>[0]): unknown => {
  try {
    return cloudEventOf(event)?.data;
  } catch {
    // Its provider was taken out of the code since; what it sent is there all the same.
    return undefined;
  }
};

/** Opening that URL ends the subscription without a confirmation. */
const withoutFarewell = (text: string): string =>
  text.replace(/("UnsubscribeURL"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"(left out)"');
