import type { CallAnswer } from '../../lambdas/rejected/answer-call.ts';
import { explanationReport } from '../../lambdas/rejected/explanation-report.ts';
import { linesOf } from '../../lambdas/verification/trace/report.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { writeTime } from '../events/time.ts';
import { callerOf } from './caller.ts';
import { checkId } from './ids.ts';
import { invokeRejected } from './invoke.ts';
import { noSuch } from './show.ts';

/**
 * Says why a rejected delivery is refused today.
 *
 * @throws {CliError} where there is none with that id.
 */
export const explainOne = async (context: Context, id: string): Promise<void> => {
  checkId(id);
  const deployment = await context.deployment();
  const answer = await invokeRejected<Extract<CallAnswer, { explanation: unknown }>>(deployment, {
    op: 'explain',
    id,
    by: await callerOf(deployment),
  });
  const { explanation } = answer;
  if (explanation === 'unknown') throw noSuch(deployment.name, id);
  if (explanation === 'no-source')
    throw new CliError('notFound', `The source of the delivery "${id}" is no longer configured.`);
  const { source, provider, receivedAt, reason } = explanation;
  context.show(explanation, () =>
    [
      `${source} (${provider}), with the settings and secrets of today`,
      `Received at ${writeTime(receivedAt)} UTC, and refused: ${reason}`,
      '',
      linesOf(explanationReport(explanation, `\`gatepost rejected retry ${id}\``)),
    ].join('\n'),
  );
};
