/** A fault, by what it does to metrics. */
export interface Fault {
  readonly what: string;
  /** The value of a metric in a minute; null for none, undefined for a metric that is as usual. */
  readonly metric: (metric: Sampled, minute: number) => number | null | undefined;
}

/** A metric that an alarm reads. */
export interface Sampled {
  readonly name: string;
  /** What its dimensions say: the name of a queue or a function, or a source. */
  readonly of: string;
}

/** Deliveries of each source in a minute, while nothing is wrong. */
const USUAL = 10;
const SOURCES = 2;

/** A day like any other: two sources deliver, and fan-out completes what they bring. */
export const usual = ({ name, of }: Sampled): number | undefined => {
  if (name === 'Count') return SOURCES * USUAL;
  if (name === '5xx' || name === 'Errors' || name === 'Throttles') return 0;
  if (name === 'Invocations' || name === 'Accepted') return USUAL;
  if (name === 'Duration') return 40;
  if (name === 'NumberOfMessagesDeleted') return SOURCES * USUAL;
  if (name === 'ApproximateNumberOfMessagesNotVisible') return 1;
  if (name === 'ApproximateNumberOfMessagesVisible') return 0;
  if (name === 'ApproximateAgeOfOldestMessage') return of === 'gatepost-intake.fifo' ? 1 : 20;
  return undefined;
};

/** @param values by the name of the metric, and what it is of where that matters: `Errors gatepost-fan-out`. */
const fault = (
  what: string,
  values: Readonly<Record<string, number | null | ((minute: number) => number | undefined)>>,
): Fault => ({
  what,
  metric: ({ name, of }, minute) => {
    const value = values[Object.hasOwn(values, `${name} ${of}`) ? `${name} ${of}` : name];
    return typeof value === 'function' ? value(minute) : value;
  },
});

const once = (minute: number): number | undefined => (minute === 0 ? 1 : undefined);
const growing = (minute: number): number => 60 * minute;
const INTAKE = 'gatepost-intake.fifo';

/** What goes wrong, in the order of a delivery's path. */
export const FAULTS: readonly Fault[] = [
  fault('Nothing: all is as usual', {}),
  fault('Requests exceed the throttle', { Throttled: 5 }),
  fault('SQS accepts no delivery, or its queue is gone', { '5xx': SOURCES * USUAL }),
  fault('The function of a source crashes or times out', {
    'Errors gatepost-ingest-altoviz': USUAL,
    '5xx': USUAL,
  }),
  fault('Lambda throttles the function of a source', {
    'Throttles gatepost-ingest-altoviz': USUAL,
    'Invocations gatepost-ingest-altoviz': 0,
    '5xx': USUAL,
  }),
  fault('The function of a source is close to its time-out', { 'Duration gatepost-ingest-altoviz': 7_000 }),
  fault('A secret is not set, or can not be read', { SecretMissing: USUAL, '5xx': USUAL }),
  fault('A provider changes how it signs: all of its deliveries are rejected', { 'Rejected altoviz': USUAL }),
  fault('One in four deliveries of a source is rejected', {
    'Rejected altoviz': (minute) => (minute % 2 === 0 ? 5 : 0),
  }),
  fault('A scanner sends a few requests', { 'Rejected altoviz': (minute) => (minute % 5 === 0 ? 1 : 0) }),
  fault('DynamoDB fails or throttles: fan-out returns every delivery', {
    FanOutFailed: USUAL,
    [`NumberOfMessagesDeleted ${INTAKE}`]: 0,
    [`ApproximateNumberOfMessagesNotVisible ${INTAKE}`]: 60,
    // SQS leaves out what was received several times and not deleted.
    [`ApproximateAgeOfOldestMessage ${INTAKE}`]: 0,
  }),
  fault('Fan-out crashes at its start', {
    'Errors gatepost-fan-out': USUAL,
    [`NumberOfMessagesDeleted ${INTAKE}`]: 0,
    [`ApproximateNumberOfMessagesNotVisible ${INTAKE}`]: 60,
    [`ApproximateAgeOfOldestMessage ${INTAKE}`]: 0,
  }),
  fault('Fan-out fails on one delivery again and again', {
    FanOutFailed: (minute) => (minute % 3 === 0 ? 1 : undefined),
  }),
  fault('Fan-out fails for five minutes', { FanOutFailed: (minute) => (minute < 5 ? USUAL : undefined) }),
  fault('Nothing invokes fan-out: its event source mapping is off', {
    [`NumberOfMessagesDeleted ${INTAKE}`]: 0,
    [`ApproximateNumberOfMessagesNotVisible ${INTAKE}`]: 0,
    [`ApproximateNumberOfMessagesVisible ${INTAKE}`]: (minute) => 20 * minute,
    [`ApproximateAgeOfOldestMessage ${INTAKE}`]: growing,
  }),
  fault('More arrives than fan-out completes', {
    [`ApproximateNumberOfMessagesVisible ${INTAKE}`]: 500,
    [`ApproximateAgeOfOldestMessage ${INTAKE}`]: growing,
  }),
  fault('Fan-out gave up on a delivery', {
    'ApproximateNumberOfMessagesVisible gatepost-intake-dlq.fifo': 1,
  }),
  fault('SQS shows a message for a moment while it moves it', {
    'ApproximateNumberOfMessagesVisible gatepost-intake-dlq.fifo': (minute) => Number(minute === 2),
    'ApproximateNumberOfMessagesVisible gatepost-entities-dlq.fifo': (minute) => Number(minute === 2),
  }),
  fault('A consumer gave up on an event', {
    'ApproximateNumberOfMessagesVisible gatepost-entities-dlq.fifo': 1,
  }),
  fault('A consumer has stopped', { 'ApproximateAgeOfOldestMessage gatepost-contact.fifo': growing }),
  fault('An event is not recognized', {
    'ApproximateNumberOfMessagesVisible gatepost-unrecognized.fifo': 1,
  }),
  fault('A provider delivers nothing any more, and `silenceAfter` is 6 hours', {
    'Accepted altoviz': null,
    'Invocations gatepost-ingest-altoviz': 0,
  }),
  fault('A provider ends a subscription', { Unsubscribed: once }),
];
