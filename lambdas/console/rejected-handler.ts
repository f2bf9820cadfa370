import type { Context } from 'aws-lambda';
import { answerCall, type CallAnswer } from '../rejected/answer-call.ts';
import { report } from '../rejected/report.ts';
import { type Retrial, retryAll } from '../rejected/retry.ts';
import { connectTools } from '../rejected/tools.ts';
import { describeError } from '../runtime/describe-error.ts';
import { environment } from '../runtime/environment.ts';
import { logLine, print } from '../runtime/observe.ts';
import { readDeliveryDetails } from './delivery-details.ts';
import { answerRejected, isViewCall, type RejectedAnswer } from './rejected.ts';

/**
 * The function that checks rejected requests again, with the views of the console. The console's buttons call it with the
 * viewer's permissions, so opening a rejected delivery takes the permission that checking it again takes: both use the
 * source's secret.
 *
 * Environment: that of `rejected/tools.ts`, and `PAYLOADS`, `shown` or `hidden`.
 */
export const handler = async (
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'>,
): Promise<RejectedAnswer['body'] | CallAnswer> => {
  if (!isViewCall(event)) return await answerCall(event, toolsWith, context);
  const tools = toolsWith(() => true);
  const answer = await answerRejected(event, {
    open: (id) => readDeliveryDetails(tools, id, payloads),
    retry: async (id) => {
      const [retrial] = await retryAll([id], BY, tools);
      return retrial as Retrial;
    },
    // The stack can't say it: each of both would have to be created before the other.
    console: context.invokedFunctionArn.replace(/-rejected$/, '-console'),
    rejected: context.invokedFunctionArn,
  });
  reportView(answer);
  return answer.body;
};

/** A widget does not say who uses it; CloudTrail does. */
const BY = 'a user of the dashboard';

const toolsWith = connectTools();

const payloads = environment('PAYLOADS') === 'shown';

/** Logs what was opened or tried, and none of its content. */
const reportView = ({ call, opened, retrial, error }: RejectedAnswer): void => {
  if (call === undefined || call.view === 'documentation') return;
  const op = call.view === 'retry' ? 'retry' : 'explain';
  if (error !== undefined) {
    const facts = { op, rejectedId: call.id, claimedBy: BY, cause: describeError(error) };
    print([logLine('ERROR', 'unanswered', facts)]);
    return;
  }
  const { source } = opened ?? {};
  const outcome = opened === undefined ? 'unknown' : 'explained';
  const viewed = { id: call.id, outcome, ...(source !== undefined && { source }) };
  report({ op, by: BY }, [retrial ?? viewed]);
};
