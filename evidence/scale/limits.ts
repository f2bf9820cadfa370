import { SHARDS } from '../../lambdas/event-log/schema.ts';
import { MAX_CONCURRENCY } from '../../lib/intake-times.ts';
import { DEFAULT_THROTTLE } from '../../lib/throttle.ts';
import { QUOTAS } from './quotas.ts';
import type { RateRun } from './runs.ts';
import { ASSUMED } from './service-times.ts';

/** Something that is there only so often. */
export interface Limit {
  readonly name: string;
  readonly allows: number;
  readonly unit: string;
  readonly source: string;
  /** How much of it is needed. */
  readonly needs: (run: RateRun) => number;
  /** What lifts it. */
  readonly lift: string;
}

const of = (quota: (typeof QUOTAS)[keyof typeof QUOTAS]) => ({
  allows: quota.value,
  unit: quota.unit,
  source: quota.source,
});

/** All that stands in the way of more deliveries, from the door to the queues. The worst case: all of one source. */
export const LIMITS: readonly Limit[] = [
  {
    name: "a route's throttle",
    allows: DEFAULT_THROTTLE.rate,
    unit: "requests a second, Gatepost's own default",
    source: '`lib/throttle.ts`',
    needs: ({ rate }) => rate,
    lift: '`throttle: { rate, burst }` of the source, or of the stack',
  },
  {
    name: 'API Gateway',
    ...of(QUOTAS.apiRequests),
    needs: ({ rate }) => rate,
    lift: 'a higher quota, for the asking; other users of the account come on top',
  },
  {
    name: 'Lambda: concurrency',
    ...of(QUOTAS.concurrency),
    needs: ({ ingest, fanOut }) => ingest.busy.peak + fanOut.busy.peak,
    lift: "a higher quota, for the asking; `reservedConcurrency` keeps a source's share back",
  },
  {
    name: 'Lambda: scaling up',
    ...of(QUOTAS.scaling),
    needs: ({ ingest }) => ingest.busy.peak,
    lift: 'nothing needs to: a rush of more is answered with 503 for seconds, and the provider comes again',
  },
  {
    name: 'intake.fifo: sends, in a large region',
    ...of(QUOTAS.fifoCallsLarge),
    needs: ({ rate }) => rate,
    lift: 'a higher quota, for the asking',
  },
  {
    name: 'intake.fifo: sends, in a small region',
    ...of(QUOTAS.fifoCallsSmall),
    needs: ({ rate }) => rate,
    lift: 'another region, or a higher quota, for the asking',
  },
  {
    name: 'intake.fifo: in flight',
    ...of(QUOTAS.inFlight),
    needs: ({ fanOut }) => fanOut.busy.peak * fanOut.meanBatch,
    lift: 'nothing needs to',
  },
  {
    name: 'fan-out: executions, with full batches',
    allows: MAX_CONCURRENCY,
    unit: "executions at a time, Gatepost's own default",
    source: '`lib/intake-times.ts`',
    needs: ({ fullBatches }) => Math.ceil(fullBatches),
    lift: `\`intake.maxConcurrency\`, up to ${QUOTAS.mappingConcurrency.value.toLocaleString('en-GB')}`,
  },
  {
    name: 'event log: writes',
    ...of(QUOTAS.tableWrites),
    needs: ({ rate }) => rate * ASSUMED.itemKilobytes,
    lift: 'a higher quota for the table, for the asking',
  },
  {
    name: 'event log: writes, while it is new',
    ...of(QUOTAS.newTableWrites),
    needs: ({ rate }) => rate * ASSUMED.itemKilobytes,
    lift: 'DynamoDB doubles it within half an hour; `warmThroughput` of the table asks for it beforehand',
  },
  {
    name: 'event log: its index by source',
    allows: QUOTAS.partitionWrites.value * SHARDS,
    unit: `write units a second, ${QUOTAS.partitionWrites.value.toLocaleString('en-GB')} for each of the ${SHARDS} shards of a source`,
    source: QUOTAS.partitionWrites.source,
    needs: ({ rate }) => rate,
    lift: 'more sources, `SHARDS` in `lambdas/event-log/schema.ts`, or `searchBySource: false`',
  },
];
