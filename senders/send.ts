import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { inParallel } from './in-parallel.ts';
import { HELP, type Order, readOrder } from './order.ts';
import { type Answered, post } from './post.ts';
import { isRight, type Output, showProgress } from './progress.ts';
import { readSample } from './samples.ts';
import { SendError } from './send-error.ts';
import { type Sample, type SignedRequest, tamper } from './sender.ts';
import { signerFor } from './signer.ts';

export interface SendContext {
  /** Where the local stack keeps its secrets and keys. */
  readonly directory: string;
  readonly out: Output;
  readonly err: Writable;
}

/**
 * Runs `npm run send`: plays a provider, and sends its deliveries to the gateway.
 *
 * @returns the exit code, as {@link HELP} describes it.
 */
export const send = async (args: readonly string[], context: SendContext): Promise<number> => {
  try {
    const order = await readOrder(args);
    if (order !== undefined) {
      const sign = await signerFor(order.sender, order.source, context.directory);
      return (await carryOut(order, sign, context.out)).right ? 0 : 1;
    }
    context.out.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    context.err.write(`${error.message}\n`);
    return error.exitCode;
  }
};

const CONCURRENCY = 8;

export interface Sent {
  /** The number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Whether every status was the expected one. */
  readonly right: boolean;
  /** The number of deliveries that the source does not let in, so that nothing came of them. */
  readonly ignored: number;
}

/**
 * Sends the deliveries, and shows the progress.
 *
 * @throws {SendError} where there is no answer.
 */
export const carryOut = async (
  order: Order,
  sign: (sample: Sample) => SignedRequest,
  out: Output,
): Promise<Sent> => {
  const sample = await readSample(order.sender, order.event);
  const progress = showProgress(out, order);
  const started = performance.now();
  const statuses: Record<string, number> = {};
  let right = true;
  let ignored = 0;

  const deliver = async (request: SignedRequest, stopped: AbortSignal): Promise<void> => {
    const answer = await post(order.url, order.source, request, stopped);
    progress.answered(answer);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    right &&= isRight(answer.status, order);
    if (isIgnored(answer)) ignored++;
  };
  try {
    await inParallel(order.count, CONCURRENCY, async (stopped) => {
      const request = order.tamper ? tamper(sign(sample)) : sign(sample);
      await deliver(request, stopped);
      if (order.duplicate) await deliver(request, stopped);
    });
  } finally {
    progress.end(performance.now() - started);
  }
  if (ignored > 0) {
    out.write(
      `Nothing comes of ${ignored === 1 ? 'it' : `${ignored} of them`}: ${order.source} does not let the event in, by its setting events.\n`,
    );
  }
  return { statuses, right, ignored };
};

/** Whether the gateway says that the source does not let the event in. */
const isIgnored = ({ status, text }: Answered): boolean =>
  status === 200 && /"status":\s*"ignored"/.test(text);

if (import.meta.main) {
  process.exitCode = await send(process.argv.slice(2), {
    directory: join(import.meta.dirname, '..', '.gatepost'),
    out: process.stdout,
    err: process.stderr,
  });
}
