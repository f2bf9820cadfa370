/**
 * What the template doesn't say. None of it was measured in AWS, where this has not run: replace it by what your own
 * bill and dashboard say, and `npm run cost` again.
 */
export const ASSUMPTIONS = {
  ingestMs: { value: 20, what: 'ms that ingest is billed for a delivery, cold starts spread over all' },
  fanOutMs: { value: 60, what: 'ms that fan-out is billed for an invocation' },
  deliveriesPerInvocation: {
    value: 1,
    what: 'deliveries that fan-out gets at a time: up to 10 when they come thick and fast',
  },
  eventsPerDelivery: { value: 1, what: 'event in a delivery' },
  itemKilobytes: { value: 2, what: 'KB of an item in the event log, its delivery compressed' },
  indexedKilobytes: {
    value: 0.6,
    what: 'KB of it in each index of the event log, with the 100 bytes that DynamoDB adds',
  },
  messageKilobytes: { value: 4, what: 'KB of a message in a queue' },
  logKilobytes: { value: 3, what: 'KB of logs and metrics for a delivery, over all stages' },
  logCompression: { value: 0.15, what: 'of that is left when CloudWatch keeps it' },
  answerKilobytes: { value: 0.5, what: 'KB of an answer to the provider' },
  reasons: { value: 3, what: 'different reasons a source for which deliveries are turned away in a month' },
  pollers: {
    value: 5,
    what: 'connections that Lambda keeps to intake.fifo, and to rejected.fifo, each asking every 20 s when nothing comes',
  },
} as const satisfies Readonly<Record<string, { readonly value: number; readonly what: string }>>;
