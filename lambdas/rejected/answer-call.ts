import type { Context } from 'aws-lambda';
import { readRejectedCall } from './call.ts';
import { report } from './report.ts';
import { type Explanation, explainRejected, type Retrial, type RetryTools, retryAll } from './retry.ts';

/** The answer to a call. */
export type CallAnswer =
  | { readonly retrials: readonly Retrial[] }
  | { readonly explanation: Explanation | 'unknown' | 'no-source' };

/**
 * Answers a call of the function, and logs it.
 *
 * @param toolsWith the tools of an invocation, by whether it has time for another request.
 * @throws {CallError} for what is no call.
 */
export const answerCall = async (
  event: unknown,
  toolsWith: (hasTime: () => boolean) => RetryTools,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<CallAnswer> => {
  const call = readRejectedCall(event);
  const tools = toolsWith(() => getRemainingTimeInMillis() > RESERVE_MS);
  if (call.op === 'explain') {
    const explanation = await explainRejected(call.id, tools);
    report(call, [{ id: call.id, outcome: typeof explanation === 'string' ? explanation : 'explained' }]);
    return { explanation };
  }
  const retrials = await retryAll(call.ids, call.op === 'retry' ? call.by : undefined, tools);
  report(call, retrials);
  return { retrials };
};

/** More than any one takes. */
const RESERVE_MS = 20_000;
