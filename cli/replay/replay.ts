import { beginJournal, type Journal, readJournal } from '../../lambdas/replay/journal.ts';
import { planReplay, type ReplayPlan } from '../../lambdas/replay/plan.ts';
import type { ReplayTools } from '../../lambdas/replay/replay-tools.ts';
import type { Selection } from '../../lambdas/replay/selection.ts';
import { sendReplay } from '../../lambdas/replay/send.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { replayToolsOf } from '../events/event-tools.ts';
import { explained } from '../events/explained.ts';
import { type FilterOptions, isFiltered, readFilter } from '../events/filter-options.ts';
import { readCount } from '../events/numbers.ts';
import { agree } from '../output/ask.ts';
import { startCounter } from '../output/counter.ts';
import { startBar } from '../output/progress-bar.ts';
import { planText } from './plan-text.ts';

export interface ReplayOptions extends FilterOptions {
  readonly rate: string;
  readonly resume?: string;
  readonly yes: boolean;
}

/** SQS takes 3,000 messages a second of a queue of this kind in the smaller regions, in batches ten times that. */
const MAX_RATE = 3_000;

/**
 * Plans a replay, has it agreed to and carries it out; or takes one up again.
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
  if (resume !== undefined && (keys.length > 0 || isFiltered(options)))
    throw new CliError('usage', '--resume takes up what was chosen then: leave out keys and filters');
  const deployment = await context.deployment();
  const tools = replayToolsOf(context, deployment);
  await explained(async () => {
    if (resume !== undefined) {
      const journal = await readJournal(tools.log, resume);
      if (journal.isFinished) return showResult(context, journal);
      return await carryOut(context, tools, journal, rate);
    }
    const selection = select(context, deployment, keys, options);
    const plan = await planWithCounter(context, tools, selection);
    refuseNothing(deployment, plan, keys);
    if (!context.json) context.out.write(`${planText(deployment, plan, rate)}\n\n`);
    if (!yes && context.json) context.show({ plan }, () => '');
    await agree(context, yes, `Send ${plan.events} events again?`);
    const journal = await beginJournal(tools.log, selection, plan.events, tools.now());
    await carryOut(context, tools, journal, rate, plan);
  });
};

const select = (
  context: Context,
  deployment: Deployment,
  keys: readonly string[],
  options: FilterOptions,
): Selection => {
  const filtered = isFiltered(options);
  if (keys.length > 0 && filtered) throw new CliError('usage', 'Name keys or filters, not both');
  if (keys.length > 0) return { keys };
  if (!filtered)
    throw new CliError(
      'usage',
      'Nothing is chosen to be sent again.',
      'Name keys, or filters such as --source altoviz --since 2h',
    );
  if (options.since === undefined)
    throw new CliError('usage', 'A replay by filters needs --since, such as --since 2h');
  // The end is fixed now: what is sent again is an event of its own, and comes after it.
  return readFilter(options, deployment, context.now(), options.since);
};

const planWithCounter = async (
  context: Context,
  tools: ReplayTools,
  selection: Selection,
): Promise<ReplayPlan> => {
  const counter = startCounter(context.err, 'events looked at');
  try {
    return await planReplay(tools, selection, () => {
      context.interrupted.throwIfAborted();
      counter.increment();
    });
  } finally {
    counter.stop();
  }
};

/** Where one of the named events does not exist, nothing is sent at all. */
const refuseNothing = (
  { name }: Deployment,
  { events, obstacles, examples }: ReplayPlan,
  keys: readonly string[],
): void => {
  if (keys.length > 0 && obstacles.unknown !== undefined) {
    const unknown = examples.filter(({ obstacle }) => obstacle === 'unknown').map(({ key }) => `"${key}"`);
    throw new CliError(
      'notFound',
      `The event log of ${name} has no event of the key ${unknown.join(', ')}. Nothing was sent.`,
      'gatepost events lists those there are.',
    );
  }
  if (events > 0) return;
  const skipped = Object.values(obstacles).reduce((sum, count) => sum + count, 0);
  throw new CliError(
    'notFound',
    skipped === 0
      ? `No event in the event log of ${name} fits. Nothing was sent.`
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
  context.note(`Replay ${begun.id}, at most ${rate} events a second`);
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
      context.note(
        `${journal.sent} of ${journal.planned} events were sent again. The rest is taken up again with:`,
      );
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
    const left = skipped === 0 ? '' : ` ${skipped} could not be.`;
    return `${sent} ${sent === 1 ? 'event was' : 'events were'} sent again in the replay ${id}.${left}`;
  });
};
