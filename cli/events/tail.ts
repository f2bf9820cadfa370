import { findEvent, withStoredBody } from '../../lambdas/event-log/find-event.ts';
import { cloudEventOf, isComplete } from '../../lambdas/event-log/interpret-stored.ts';
import type { ListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { eventLine } from './event-lines.ts';
import { eventLogOf, objectsOf } from './event-tools.ts';
import { follow } from './list.ts';
import { readCount } from './numbers.ts';
import { printableLines } from './printable.ts';
import { readTime } from './time.ts';

export interface TailOptions {
  readonly lines: string;
  readonly since: string;
  readonly payload: boolean;
}

/**
 * Shows the events of an entity's queue as they arrive, from the event log.
 *
 * @throws {CliError} where there is no such queue.
 */
export const tailQueue = async (context: Context, entity: string, options: TailOptions): Promise<void> => {
  const deployment = await context.deployment();
  if (!Object.hasOwn(deployment.queues, entity))
    throw new CliError(
      'notFound',
      `There is no queue "${entity}" in ${deployment.name}; there are: ${Object.keys(deployment.queues).sort().join(', ')}`,
    );
  const log = eventLogOf(deployment);
  const now = context.now();
  const chosen = {
    sources: deployment.sources.map(({ name }) => name),
    entity,
    since: readTime(options.since, '--since', now),
    until: now.toISOString(),
  };
  const lines = readCount(options.lines, '--lines', 0, 1_000);
  const show = async (listed: ListedEvent): Promise<void> => {
    const event = options.payload || context.json ? await readEvent(listed.key) : undefined;
    if (context.json) return void context.out.write(`${JSON.stringify(event ?? listed)}\n`);
    context.out.write(`${eventLine(listed)}\n`);
    if (options.payload) context.out.write(`${indented(event?.data)}\n`);
  };
  const readEvent = async (key: string) => {
    const found = await findEvent(log, key);
    const stored = found && (await withStoredBody(found, objectsOf(deployment)));
    return stored !== undefined && isComplete(stored) ? cloudEventOf(stored) : undefined;
  };
  await follow(context, log, chosen, lines, show);
};

const indented = (data: unknown): string =>
  data === undefined
    ? '    (not kept)'
    : printableLines(JSON.stringify(data, undefined, 2)).replace(/^/gm, '    ');
