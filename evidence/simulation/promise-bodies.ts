import { isOfARevokedSecret } from './excuses.ts';
import type { History } from './history.ts';
import { MAX_COUNT, SOURCES } from './schedule.ts';

/** What is promised of bodies and data, wherever they lie. */
export const BODY_PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what is referred to is there': ({ references }) =>
    references
      .filter(({ isThere }) => !isThere)
      .map(({ by, key, of }) => `${NAMES[by]} ${of} refers to ${key}, which is not there`),

  'the event log has of each event its own part': ({ references }) =>
    references
      .filter(({ by, tells }) => by === 'event-log' && tells > 1 && tells <= MAX_COUNT)
      .map(({ key, of, tells }) => `the item ${of} refers to ${key}, which tells of ${tells} events`),

  'an object stays as it is': ({ overwritten }) =>
    overwritten.map((key) => `the object ${key} was written anew with another content`),

  'an event has exactly the data that its provider signed, or the whole body, in it or in its object': ({
    sent,
    told,
    genuine,
    genuineParts,
    answers,
  }) => {
    const isBody = (content: string) =>
      SOURCES.some((one) => genuine.get(one)?.has(content) || genuineParts.get(one)?.has(content));
    return sent
      .filter(({ content, reason }) => (hasData(reason) ? !told.has(content) : !isBody(content)))
      .filter(({ deliveryId }) => !isOfARevokedSecret(answers.find((one) => one.deliveryId === deliveryId)))
      .map(
        ({ name, key }) => `event ${name ?? key} has something else than its provider signed for its data`,
      );
  },

  'an event has its data in it, unless they are too large': ({ sent }) =>
    sent
      .filter(({ refersTo, content }) => refersTo !== undefined && content.length < LEAST_REFERRED)
      .map(({ name }) => `event ${name} refers to its data, which would have fitted`),
};

/** Whether an event has what was interpreted, and not all of its delivery. */
const hasData = (reason: string | undefined): boolean => reason === undefined || reason === 'unknown-event';

/** With less data every message fits; compressed and in base64, incompressible text is as long as before. */
const LEAST_REFERRED = 12_000;

const NAMES = {
  intake: 'the delivery',
  event: 'the event',
  'event-log': 'the item',
  rejection: 'the item',
} as const;
