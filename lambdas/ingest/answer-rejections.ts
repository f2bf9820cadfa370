import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type REASONS, Rejection } from '../core/rejection.ts';
import { toWebhookRequest } from '../core/request.ts';
import { describeError } from '../runtime/describe-error.ts';
import { logLine, metricLines, print } from '../runtime/observe.ts';
import { answer } from './answer.ts';
import type { Keep } from './keep.ts';

/**
 * Turns an error into a response, a log line and metrics. Anything but a {@link Rejection} is a fault of Gatepost: 503.
 *
 * @param keep keeps what is refused. Default: nothing is kept.
 */
export const answerRejections = (
  source: string,
  keep?: Keep,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: async (request) => {
    const rejection =
      request.error instanceof Rejection
        ? request.error
        : new Rejection('internal-error', 'an unexpected error', { cause: request.error });
    const { status, reason } = rejection;
    const failed = status === 503;
    const { id, notKept } = (await keep?.(toWebhookRequest(request.event), rejection)) ?? {};
    const answerMs = Date.now() - request.event.requestContext.timeEpoch;

    const line = {
      source,
      ...(id !== undefined && { deliveryId: id }),
      ...(notKept !== undefined && { notKept }),
      outcome: failed ? 'failed' : 'rejected',
      status,
      reason,
      detail: rejection.message,
      answerMs,
    };
    const cause = rejection.cause === undefined ? undefined : describeError(rejection.cause);
    const count = failed ? 'Failed' : 'Rejected';
    print([
      failed ? logLine('ERROR', 'failed', { ...line, cause }) : logLine('WARN', 'rejected', line),
      ...metricLines({ source }, { Received: 1, [count]: 1, AnswerMs: answerMs }),
      ...metricLines({ source, reason }, { [count]: 1 }),
      ...(notKept === undefined ? [] : metricLines({ source }, { NotKept: 1 })),
    ]);

    request.response = answer(status, { error: WORDS[status] });
  },
});

const WORDS: Readonly<Record<(typeof REASONS)[keyof typeof REASONS], string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  413: 'too large',
  503: 'unavailable',
};
