// What somebody would write with Powertools instead of an ingest function of Gatepost: as its documentation shows it, and
// as short.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { parser } from '@aws-lambda-powertools/parser/middleware';
import { APIGatewayProxyEventV2Schema } from '@aws-lambda-powertools/parser/schemas/api-gatewayv2';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { z } from 'zod';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const logger = new Logger({ serviceName: 'peer' });
const metrics = new Metrics({ namespace: 'Peer', serviceName: 'peer' });
const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });
const secretsManager = new SecretsManagerClient(AWS_CLIENT);

let secret: Promise<string> | undefined;
const getSecret = (): Promise<string> => {
  secret ??= secretsManager
    .send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }))
    .then(({ SecretString = '' }) => SecretString);
  return secret;
};

const delivery = z.object({ id: z.string(), type: z.string(), data: z.looseObject({ id: z.number() }) });
// The signature is made over the text, so that has to be there as well as what it says.
const schema = APIGatewayProxyEventV2Schema.extend({ body: z.string() });
const body = JSONStringified(delivery);

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema }))
  .handler(async (event: z.infer<typeof schema>) => {
    const expected = createHmac('sha256', await getSecret())
      .update(event.body)
      .digest();
    const given = Buffer.from(event.headers['x-signature'] ?? '', 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      logger.warn('rejected');
      metrics.addMetric('Rejected', MetricUnit.Count, 1);
      return { statusCode: 401, body: '{"error":"unauthorized"}' };
    }
    const { id, type, data } = body.parse(event.body);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env.INTAKE_QUEUE_URL,
        MessageBody: event.body,
        MessageGroupId: `${type}-${data.id}`,
        MessageDeduplicationId: id,
      }),
    );
    logger.info('accepted', { id, type, entityId: data.id });
    metrics.addMetric('Accepted', MetricUnit.Count, 1);
    return { statusCode: 200, body: '{"status":"accepted"}' };
  });
