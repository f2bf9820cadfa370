import { isOfARevokedSecret } from './excuses.ts';
import type { History } from './history.ts';

/** What is promised of bodies and data, wherever they lie. */
export const BODY_PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what is referred to is there': ({ references }) =>
    references
      .filter(({ isThere }) => !isThere)
      .map(({ by, key, of }) => `${NAMES[by]} ${of} refers to ${key}, which is not there`),

  'an object stays as it is': ({ overwritten }) =>
    overwritten.map((key) => `the object ${key} was written anew with another content`),

  'an event has exactly the data that its provider signed, in it or in its object': ({
    sent,
    told,
    answers,
  }) =>
    sent
      .filter(({ content }) => !told.has(content))
      .filter(({ deliveryId }) => !isOfARevokedSecret(answers.find((one) => one.deliveryId === deliveryId)))
      .map(
        ({ name, key }) => `event ${name ?? key} has something else than its provider signed for its data`,
      ),

  'an event has its data in it, unless they are too large': ({ sent }) =>
    sent
      .filter(({ refersTo, content }) => refersTo !== undefined && content.length < LEAST_REFERRED)
      .map(({ name }) => `event ${name} refers to its data, which would have fitted`),
};

/** With less data every message fits; compressed and in base64, incompressible text is as long as before. */
const LEAST_REFERRED = 12_000;

const NAMES = { intake: 'the delivery', event: 'the event', 'event-log': 'the item' } as const;
