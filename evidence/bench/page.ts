import { table } from '../../docs/markdown-table.ts';
import type { Machine } from './machine.ts';
import { isReached, type Measurement, TOLERANCE } from './measurement.ts';
import { TRIED } from './tried.ts';

/** The page of benchmarks, in Markdown. */
export const benchmarksPage = (measurements: readonly Measurement[], machine: Machine): string => `\
<!-- Made by \`npm run bench\`: change evidence/bench/page.ts and what it measures, not this. -->

# How fast it is

${machine.date}, ${machine.cores} cores of ${machine.model}, ${machine.gigabytes} GB, Node ${machine.node}. \`npm run bench\` measures all of it again, in some eight minutes, and writes this page; \`npm run bench -- --only start\` measures one row and \`--quick\` only sees that everything works, neither of which writes anything.

${summary(measurements)}

${table(HEAD, ...measurements.map(toRow))}

![Each row beside what it is held against](benchmarks.svg)

## What the figures say

${conclusions(measurements).join('\n')}

## How they are measured

- The functions are the bundles that are deployed, made by esbuild with the options of \`lib/bundle-options.ts\`, which leave out of the AWS SDK what nothing here uses. Floors (\`evidence/bench/floors/\`) are bundled with the same; peers (\`evidence/bench/peers/\`) have the SDK as it comes.
- Each contender is a fresh process that calls its handler, one event after the other, as Lambda does. Contenders take turns, A B B A …, in several heats with fresh processes; the figure is the median of the ratios of the turns, so that what else the machine does hits both alike. Ours and what it stands beside are medians as well.
- Processor time is that of the whole process, user and system, all threads. SQS, DynamoDB and Secrets Manager are a stub in another process, whose time is not counted. What the functions print goes into a pipe, as in Lambda. The first 400 deliveries of a process, in fan-out the first 600 events, don't count.
- A start is the time from the import of the bundle until its handler can be called, in a process that does nothing else. Node's own start is the same for all and not in it. Its floor is the same SDK clients and nothing else, with the SDK as it comes: what they cost somebody who bundles them.
- The floor of ingest checks the provider's signature, parses the body and sends it with one \`SendMessage\`. It keeps neither the settings nor the headers, logs and counts nothing, and finds no message group. The floor of fan-out makes the calls that fan-out made, as they were recorded: it has nothing to read, to compress or to compare.
- The peers are what somebody would write with Powertools for AWS Lambda, as its documentation shows it: logger, metrics, parser, batch and idempotency, with the same SDK clients.
- \`npm run bench\` exits with 1, and leaves the page as it is, when a row that is "reached" here misses its target by more than ${TOLERANCE * 100} % of it.

## What was tried

${table(
  ['what', 'came of it', 'kept'],
  ...TRIED.map(({ what, effect, kept }) => [what, effect, kept ? 'yes' : 'no']),
)}
`;

const HEAD = ['row', 'what', 'ours', 'beside', 'figure', 'target', 'status'] as const;

const toRow = (measurement: Measurement): readonly string[] => {
  const { id, what, ours, other, unit, figure, target } = measurement;
  return [
    `\`${id}\``,
    what,
    amount(ours, unit),
    other === undefined ? '' : `${amount(other.value, unit)}: ${other.name}`,
    other === undefined ? amount(figure, unit) : `${figure.toFixed(2)} times`,
    `${target.is} ${target.value}`,
    isReached(measurement) ? 'reached' : 'missed',
  ];
};

/** Three digits that mean something. */
const amount = (value: number, unit: Measurement['unit']): string => {
  const text =
    value >= 100 || Number.isInteger(value)
      ? Math.round(value).toLocaleString('en-GB')
      : String(+value.toPrecision(3));
  return unit === '1/s' ? `${text}/s` : `${text} ${unit}`;
};

const summary = (measurements: readonly Measurement[]): string => {
  const missed = measurements.filter((measurement) => !isReached(measurement));
  if (missed.length === 0) return `All ${measurements.length} targets are reached.`;
  return `${measurements.length - missed.length} of ${measurements.length} targets are reached; missed: ${missed
    .map(({ id }) => `\`${id}\``)
    .join(', ')}.`;
};

const conclusions = (measurements: readonly Measurement[]): readonly string[] => {
  const of = (prefix: string) => measurements.filter(({ id }) => id.startsWith(prefix));
  const figures = (prefix: string) => of(prefix).map(({ figure }) => figure);
  const range = (prefix: string) => {
    const [least, most] = [Math.min(...figures(prefix)), Math.max(...figures(prefix))];
    return least === most ? least.toFixed(2) : `${least.toFixed(2)} to ${most.toFixed(2)}`;
  };
  const one = (id: string) => measurements.find((measurement) => measurement.id === id);
  const missed = measurements.filter((measurement) => !isReached(measurement));
  return [
    `- An ingest costs ${range('ingest-cpu')} times what checking, parsing and sending alone cost: that is what settings, message groups, the log and the metrics come to. An event in fan-out costs ${range('fan-out-cpu')} times its calls.`,
    `- Beside Powertools, an ingest takes ${range('peer-cpu/ingest')} times the processor time, an event in fan-out ${range('peer-cpu/fan-out')} times; a start takes ${range('start-peer')} times as long.`,
    `- A function starts in ${range('start/')} times the time of its SDK clients alone, as the SDK comes; most of a start is the SDK's.`,
    `- A provider waits for ${one('aws-calls/ingest')?.ours} call to AWS. A batch of ten events takes ${one('aws-calls/fan-out')?.ours} round trips.`,
    `- Of the signature checks, ${aheadOf(of('signatures'))}.`,
    `- The event log may hold a hundred times as much: the processor time of an event stays within ${percent(one('growth/log')?.figure)} of what it was; with 32 sources in the place of one within ${percent(one('growth/sources')?.figure)}.`,
    ...missed.map(({ id, reason }) => `- \`${id}\` is missed: ${reason ?? 'no reason is known'}.`),
  ];
};

const aheadOf = (checks: readonly Measurement[]): string => {
  const names = (list: readonly Measurement[]) => list.map(({ other }) => other?.name).join(', ');
  const ahead = checks.filter((check) => isReached(check));
  const behind = checks.filter((check) => !isReached(check));
  if (behind.length === 0) return `ours are ahead of ${names(ahead)}`;
  if (ahead.length === 0) return `ours are behind ${names(behind)}`;
  return `ours are ahead of ${names(ahead)} and behind ${names(behind)}`;
};

const percent = (ratio = 1): string => `${Math.max(0, Math.round((ratio - 1) * 100))} %`;
