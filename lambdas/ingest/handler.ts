import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { environment, environmentSeconds } from '../environment.ts';
import { emit, logger } from '../observe.ts';
import type { CommonSettings } from '../providers/common-settings.ts';
import type { Provider, SecretCheck } from '../providers/provider.ts';
import { Rejection } from '../rejection.ts';
import { toWebhookRequest } from '../request.ts';
import { parseSettings, type Source } from '../source.ts';
import { answer } from './answer.ts';
import { answerRejections } from './answer-rejections.ts';
import { receive } from './receive.ts';
import { rememberedSecrets } from './secrets.ts';
import { secretsManager } from './secrets-manager.ts';
import { intakeQueue } from './store.ts';

/**
 * The ingest function of a provider's sources: verify, store, answer.
 *
 * Its environment: `SOURCE` (a {@link Source} as JSON), `INTAKE_QUEUE_URL`, `RETENTION_SECONDS`, and `SECRET_ARN` where the
 * provider has a secret.
 *
 * @throws {Error} at the start of the function where its environment is wrong.
 */
export const createIngest = <Settings extends CommonSettings>(provider: Provider<Settings>) => {
  const configured = JSON.parse(environment('SOURCE')) as Source;
  const settings = parseSettings(provider.settings, configured.name, configured.settings);
  const gate = {
    provider,
    source: { ...configured, settings },
    secrets: provider.hasSecret
      ? rememberedSecrets(secretsManager(environment('SECRET_ARN')), settings.rotationGrace ?? 0)
      : noSecret,
    store: intakeQueue(environment('INTAKE_QUEUE_URL')),
    retention: environmentSeconds('RETENTION_SECONDS'),
  };
  const source = gate.source.name;

  return middy()
    .use(answerRejections(source))
    .handler(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
      const request = toWebhookRequest(event);
      const receipt = await receive(request, gate);
      const { outcome, deliveryId, verifyMs, findings = {}, event: first } = receipt;
      const answerMs = Date.now() - request.receivedAt.getTime();
      logger.info(outcome, {
        source,
        outcome,
        deliveryId,
        ...findings,
        ...(first !== undefined && { entity: first.entity, action: first.action, key: first.id }),
        answerMs,
      });
      emit({ source }, { Received: 1, [METRIC[outcome]]: 1, VerifyMs: verifyMs, AnswerMs: answerMs });
      for (const [finding, value] of Object.entries(findings))
        emit({ source, finding, value }, { Finding: 1 });
      return answer(200, receipt.answer ?? { status: outcome, deliveryId });
    });
};

const METRIC = {
  accepted: 'Accepted',
  confirmed: 'Confirmed',
  unsubscribed: 'Unsubscribed',
  test: 'Test',
} as const;

const noSecret: SecretCheck = () => {
  throw new Rejection('secret-unset', 'this provider has no secret');
};
