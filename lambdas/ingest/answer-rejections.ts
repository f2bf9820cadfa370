import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type REASONS, type Reason, Rejection } from '../core/rejection.ts';
import { toWebhookRequest } from '../core/request.ts';
import { describeError } from '../runtime/describe-error.ts';
import { logLine, print } from '../runtime/observe.ts';
import { answer } from './answer.ts';
import type { Keep } from './keep.ts';

/**
 * Turns an error into a response and a log line, which counts it. Anything but a {@link Rejection} is a fault of Gatepost: 503.
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
    print([
      failed
        ? logLine('ERROR', 'failed', { ...line, cause }, isSecretMissing(reason) ? { SecretMissing: 1 } : {})
        : logLine('WARN', 'rejected', line, { Rejected: 1 }),
    ]);

    request.response = answer(status, { error: WORDS[status] });
  },
});

const isSecretMissing = (reason: Reason): boolean =>
  reason === 'secret-unset' || reason === 'secret-unavailable';

const WORDS: Readonly<Record<(typeof REASONS)[keyof typeof REASONS], string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  413: 'too large',
  503: 'unavailable',
};
