import type { RoutingTable } from '../../lambdas/core/routing-table.ts';
import { didYouMean } from '../../lambdas/core/unknown-name.ts';
import { beginJournal, type Journal, readJournal } from '../../lambdas/replay/journal.ts';
import { planReplay, type ReplayPlan } from '../../lambdas/replay/plan.ts';
import type { ReplayTools } from '../../lambdas/replay/replay-tools.ts';
import type { Selection } from '../../lambdas/replay/selection.ts';
import { sendReplay } from '../../lambdas/replay/send.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { replayToolsOf } from '../events/event-tools.ts';
import { type FilterOptions, isFiltered, readFilter } from '../events/filter-options.ts';
import { readCount } from '../events/numbers.ts';
import { confirm } from '../output/ask.ts';
import { startBar, startCounter } from '../output/progress-bar.ts';
import { planText } from './plan-text.ts';

export interface ReplayOptions extends FilterOptions {
  readonly rate: string;
  readonly resume?: string;
  readonly consumer?: string;
  readonly yes: boolean;
}

/** The quota of a high-throughput FIFO queue in the smaller regions, without batches. */
const MAX_RATE = 3_000;

/**
 * Plans a replay, asks for confirmation and runs it; or resumes one.
 *
 * @throws {CliError} where there is nothing to send, or it was not confirmed.
 */
export const replayEvents = async (
  context: Context,
  keys: readonly string[],
  options: ReplayOptions,
): Promise<void> => {
  const rate = readCount(options.rate, '--rate', 1, MAX_RATE);
  const { resume, yes } = options;
  if (resume !== undefined && (keys.length > 0 || isFiltered(options) || options.consumer !== undefined))
    throw new CliError(
      'usage',
      '--resume continues with the events of that replay: leave out keys, filters and --consumer',
    );
  const deployment = await context.deployment();
  const tools = await replayToolsOf(context, deployment);
  checkConsumer(deployment, tools.routing, options.consumer);
  if (resume !== undefined) {
    const journal = await readJournal(tools.log, resume);
    if (journal.isFinished) return showResult(context, journal);
    return await carryOut(context, tools, journal, rate);
  }
  const { consumer } = options;
  const selected = select(context, deployment, keys, options);
  const selection = { ...selected, ...(consumer !== undefined && { consumer }) };
  const plan = await planWithCounter(context, tools, selection);
  refuseNothing(deployment, plan, keys);
  if (!context.json) context.out.write(`${planText(deployment, plan, rate)}\n\n`);
  if (!yes && context.json) context.show({ plan }, () => '');
  await confirm(context, yes, `Send ${plan.events} events again?`);
  const journal = await beginJournal(tools.log, selection, plan.events, tools.now());
  await carryOut(context, tools, journal, rate, plan);
};

const checkConsumer = (
  { name }: Deployment,
  { consumers }: RoutingTable,
  wanted: string | undefined,
): void => {
  if (wanted === undefined || consumers.some((consumer) => consumer.name === wanted)) return;
  const names = consumers.map((consumer) => consumer.name);
  throw new CliError(
    'notFound',
    `There is no consumer "${wanted}" in ${name}; there are: ${names.join(', ') || 'none'}${didYouMean(wanted, names)}`,
  );
};

const select = (
  context: Context,
  deployment: Deployment,
  keys: readonly string[],
  options: FilterOptions,
): Selection => {
  const filtered = isFiltered(options);
  if (keys.length > 0 && filtered) throw new CliError('usage', 'Use keys or filters, not both');
  if (keys.length > 0) return { keys };
  if (!filtered)
    throw new CliError(
      'usage',
      'No events are selected.',
      'Use keys, or filters such as --source altoviz --since 2h',
    );
  if (options.since === undefined)
    throw new CliError('usage', 'A replay by filters needs --since, such as --since 2h');
  // The end of the time range is fixed now, so that the replayed events, which are new events, are not in it.
  return readFilter(options, deployment, context.now(), options.since);
};

const planWithCounter = async (
  context: Context,
  tools: ReplayTools,
  selection: Selection,
): Promise<ReplayPlan> => {
  const counter = startCounter(context.err, 'events checked');
  try {
    return await planReplay(tools, selection, () => {
      context.interrupted.throwIfAborted();
      counter.increment();
    });
  } finally {
    counter.stop();
  }
};

/** @throws {CliError} where there is nothing to send, or one of the keys does not exist. */
const refuseNothing = (
  { name }: Deployment,
  { events, obstacles, examples }: ReplayPlan,
  keys: readonly string[],
): void => {
  if (keys.length > 0 && obstacles.unknown !== undefined) {
    const unknown = examples.filter(({ obstacle }) => obstacle === 'unknown').map(({ key }) => `"${key}"`);
    throw new CliError(
      'notFound',
      `The event log of ${name} has no event with the key ${unknown.join(', ')}. Nothing was sent.`,
      'gatepost events lists the events.',
    );
  }
  if (events > 0) return;
  const skipped = Object.values(obstacles).reduce((sum, count) => sum + count, 0);
  throw new CliError(
    'notFound',
    skipped === 0
      ? `No event in the event log of ${name} matches. Nothing was sent.`
      : `None of the ${skipped} events can be sent again: ${examples[0]?.obstacle}. Nothing was sent.`,
    'gatepost events with the same filters lists them.',
  );
};

const carryOut = async (
  context: Context,
  tools: ReplayTools,
  begun: Journal,
  rate: number,
  plan?: ReplayPlan,
): Promise<void> => {
  context.note(`Replay ${begun.id}, at most ${rate} events per second`);
  const bar = startBar(context.err, begun.planned, 'events');
  bar.increment(begun.sent);
  let journal = begun;
  try {
    for await (const next of sendReplay(tools, begun, rate)) {
      bar.increment(next.sent - journal.sent);
      journal = next;
      context.interrupted.throwIfAborted();
    }
  } catch (error) {
    bar.stop();
    if (context.json) context.show({ plan, replay: journal }, () => '');
    else {
      context.note(`${journal.sent} of ${journal.planned} events were sent again. To continue:`);
      context.note(`  gatepost replay --resume ${journal.id}`);
    }
    throw error;
  }
  bar.stop();
  showResult(context, journal, plan);
};

const showResult = (context: Context, journal: Journal, plan?: ReplayPlan): void => {
  const { id, sent, skipped } = journal;
  context.show({ plan, replay: journal }, () => {
    const left = skipped === 0 ? '' : ` ${skipped} could not be sent.`;
    return `${sent} ${sent === 1 ? 'event was' : 'events were'} sent again in the replay ${id}.${left}`;
  });
};
