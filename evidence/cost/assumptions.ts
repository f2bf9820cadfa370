/**
 * What the template doesn't say. What is said to be measured was measured from the samples, on one machine
 * (`test/evidence/cost`). The rest is assumed: replace it by what your own bill and dashboard say, and `npm run cost` again.
 */
export const ASSUMPTIONS = {
  ingestMs: { value: 20, what: 'ms that ingest is billed for a delivery, cold starts spread over all' },
  fanOutMs: { value: 60, what: 'ms that fan-out is billed for an invocation' },
  deliveriesPerInvocation: {
    value: 1,
    what: 'deliveries that fan-out gets at a time: up to 10 when they come thick and fast',
  },
  eventsPerDelivery: { value: 1, what: 'event in a delivery' },
  itemUnits: {
    value: 1,
    what: 'write unit for an item in the event log, at the median of each provider (measured)',
  },
  itemKilobytes: {
    value: 0.7,
    what: 'KB of an item, with the 100 bytes that DynamoDB adds (measured: the mean of the medians)',
  },
  indexedKilobytes: {
    value: 0.4,
    what: 'KB of it in an index of the event log, with the 100 bytes that DynamoDB adds (measured)',
  },
  messageKilobytes: { value: 4, what: 'KB of a message in a queue' },
  lineKilobytes: { value: 0.75, what: 'KB of log lines of the functions for a delivery (measured)' },
  platformKilobytes: {
    value: 0.65,
    what: 'KB of log lines of Lambda itself for a delivery: START, END and REPORT of two invocations',
  },
  accessKilobytes: { value: 0.2, what: 'KB of the access log for a delivery' },
  logCompression: { value: 0.15, what: 'of that is left when CloudWatch keeps it' },
  answerKilobytes: { value: 0.5, what: 'KB of an answer to the provider' },
  pollers: {
    value: 5,
    what: 'connections that Lambda keeps to intake.fifo, and to rejected.fifo, each asking every 20 s when nothing comes',
  },
} as const satisfies Readonly<Record<string, { readonly value: number; readonly what: string }>>;

/** The providers of the shipped app. */
export type ShippedProvider = 'ivvy' | 'ivy' | 'augustus' | 'altoviz' | 'avaza';

/** The bytes of an item at the median of a provider's samples, without what DynamoDB adds; measured. */
export const ITEM_BYTES: Readonly<Record<ShippedProvider, number>> = {
  ivvy: 1000,
  ivy: 460,
  augustus: 620,
  altoviz: 510,
  avaza: 490,
};

/** What a write unit holds, in bytes. */
export const UNIT_BYTES = 1024;
