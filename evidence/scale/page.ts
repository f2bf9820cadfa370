import { table } from '../../docs/markdown-table.ts';
import { quantile } from '../bench/statistics.ts';
import { LIMITS } from './limits.ts';
import { fanOutAt, RATES, type RateRun, runAt, type Sizes } from './runs.ts';
import { ASSUMED, type Measured } from './service-times.ts';
import type { QueueRun } from './simulation.ts';

/** The page of what limits the stack, in Markdown. */
export const scalePage = (measured: Measured, sizes: Sizes): string => {
  const runs = RATES.map((rate) => runAt(rate, measured, sizes));
  return `\
<!-- Made by \`npm run scale\` from docs/benchmarks.md and scale/*.ts: change those, not this. -->

# What limits it

On paper: from the processor times in [benchmarks.md](benchmarks.md), AWS's published quotas, and a simulation of the queues. It has not been run in AWS at these rates.

## At several rates

What is over is in bold. The worst case: every delivery comes to one source, with one event each.

${table(['limit', 'allows', ...RATES.map((rate) => `at ${count(rate)} a second`)], ...LIMITS.map((limit) => [limit.name, count(limit.allows), ...runs.map((run) => needed(limit.needs(run), limit.allows))]))}

${runs.map(verdict).join('\n')}

One entity is another limit, at any rate: its events are worked on one after the other, ${count(ratePerEntity(measured, sizes))} a second with the times below, for that is what keeps their order. SQS itself would take 300. Events of one entity that come faster wait; all others go by.

## The queues, simulated

Each delivery comes by chance, to one of ${count(ASSUMED.entities)} entities by chance. Executions are those at a time; waiting is the time from intake.fifo to the begin of a batch, polling not counted.

${table(
  [
    'deliveries a second',
    'ingest: executions',
    'at most',
    'fan-out: executions',
    'at most',
    'events a batch',
    'waiting, median',
    '99 of 100',
    'longest',
  ],
  ...runs.map(({ rate, ingest, fanOut }) => [
    count(rate),
    ingest.busy.mean.toFixed(1),
    count(ingest.busy.peak),
    fanOut.busy.mean.toFixed(1),
    count(fanOut.busy.peak),
    fanOut.meanBatch.toFixed(2),
    ...waitsOf(fanOut),
  ]),
)}

Lambda begins a batch as soon as there is a message and an execution for it, so that at every rate a batch holds little more than one event. With fewer executions batches fill up, and the same work takes fewer of them. At ${count(SCARCE_RATE)} deliveries a second:

${table(
  ['executions allowed', 'used', 'events a batch', 'waiting, median', '99 of 100', 'longest'],
  ...scarce(measured, sizes),
)}

${fewest(measured, sizes)}

## What it is made of

- Processor time: ${count(measured.ingestUs)} µs an ingest (the provider that takes longest), ${count(measured.fanOutUs)} µs an event in fan-out, on a whole processor as measured. Lambda gives a function its memory's part of one: ${sizes.ingestMegabytes} and ${sizes.fanOutMegabytes} of 1,769 MB.
- Assumed, not measured: SQS answers in ${ASSUMED.sendMs} ms and DynamoDB in ${ASSUMED.putMs} ms on average, both spread exponentially; an item of the event log has ${ASSUMED.itemKilobytes} KB; no cold starts, which add a start to the first delivery of each execution.
- A batch takes its events' processor time, and a claim and a send for each wave (docs/architecture.md).
- The simulation is seeded: the same input gives this page. \`test/scale\` holds it against the formulas for M/M/c and M/D/1.

${table(['limit', 'allows', 'what lifts it', 'source'], ...LIMITS.map(({ name, allows, unit, lift, source }) => [name, `${count(allows)} ${unit}`, lift, source.startsWith('http') ? `<${source}>` : source]))}
`;
};

const count = (value: number): string => Math.round(value).toLocaleString('en-GB');

const needed = (needs: number, allows: number): string =>
  needs > allows ? `**${count(needs)}**` : count(needs);

const verdict = (run: RateRun): string => {
  const over = LIMITS.filter((limit) => limit.needs(run) > limit.allows);
  const at = `- **${count(run.rate)} a second**`;
  if (over.length === 0) return `${at}: nothing has to be changed.`;
  return `${at}: ${over.map(({ name, lift }) => `${name} (${lift})`).join('; ')}.`;
};

const milliseconds = (value: number): string =>
  value >= 10_000 ? `${(value / 1000).toFixed(0)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const waitsOf = ({ waits }: QueueRun): readonly string[] =>
  [0.5, 0.99, 1].map((part) => milliseconds(quantile([...waits], part)));

const SCARCE_RATE = 1_000;

const ALLOWED = [1_000, 40, 20, 10, 8, 5] as const;

const scarce = (measured: Measured, sizes: Sizes): readonly (readonly string[])[] =>
  ALLOWED.map((servers) => {
    const run = fanOutAt(SCARCE_RATE, servers, measured, sizes);
    return [count(servers), run.busy.mean.toFixed(1), run.meanBatch.toFixed(2), ...waitsOf(run)];
  });

/** So long may 99 of 100 wait where what comes is still kept up with, in ms. */
const KEEPING_UP_MS = 1_000;

/** The fewest executions that keep up, in words. */
const fewest = (measured: Measured, sizes: Sizes): string => {
  const enough = ALLOWED.filter((servers) => {
    const { waits } = fanOutAt(SCARCE_RATE, servers, measured, sizes);
    return quantile([...waits], 0.99) < KEEPING_UP_MS;
  });
  return `${count(Math.min(...enough))} executions keep up with it; with fewer, what waits grows for as long as it comes, and is worked off later.`;
};

/** A wave with a single event: its processor time, its claim, its send. */
const ratePerEntity = ({ fanOutUs }: Measured, { fanOutMegabytes }: Sizes): number =>
  1000 / ((fanOutUs / 1000) * (1_769 / fanOutMegabytes) + ASSUMED.putMs + ASSUMED.sendMs);
