// What somebody would write with Powertools instead of fan-out: batch, parser and idempotency, as its documentation shows
// them.
import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { parse } from '@aws-lambda-powertools/parser';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const logger = new Logger({ serviceName: 'peer' });
const metrics = new Metrics({ namespace: 'Peer', serviceName: 'peer' });
const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });
const processor = new SqsFifoPartialProcessorAsync();
const config = new IdempotencyConfig({ eventKeyJmesPath: 'id', expiresAfterSeconds: 30 * 24 * 60 * 60 });
const persistenceStore = new DynamoDBPersistenceLayer({
  tableName: process.env.EVENT_LOG_TABLE ?? '',
  awsSdkV3Client: new DynamoDBClient(AWS_CLIENT),
});

const intake = JSONStringified(
  z.looseObject({
    deliveryId: z.string(),
    receivedAt: z.iso.datetime(),
    body: JSONStringified(
      z.object({ id: z.string(), type: z.string(), data: z.looseObject({ id: z.number() }) }),
    ),
  }),
);

interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly id: number };
}

const entityOf = (type: string): string => type.replace(/(Created|Updated|Deleted)$/, '').toLowerCase();

const routeOnce = makeIdempotent(
  async ({ id, type, data }: Event) => {
    const entity = entityOf(type);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env.UNRECOGNIZED_QUEUE_URL?.replace('unrecognized', entity),
        MessageBody: JSON.stringify({
          specversion: '1.0',
          id,
          source: '/peer/altoviz',
          type,
          datacontenttype: 'application/json',
          data,
        }),
        MessageGroupId: `${entity}-${data.id}`,
        MessageDeduplicationId: id,
        MessageAttributes: { type: { DataType: 'String', StringValue: type } },
      }),
    );
    return { id };
  },
  { persistenceStore, config },
);

const routeRecord = async (record: SQSRecord): Promise<void> => {
  const { body } = parse(record.body, undefined, intake);
  await routeOnce(body);
  logger.info('routed', { id: body.id, type: body.type, entityId: body.data.id });
  metrics.addMetric('Routed', MetricUnit.Count, 1);
};

export const handler = async (event: SQSEvent, context: Context) => {
  config.registerLambdaContext(context);
  const response = await processPartialResponse(event, routeRecord, processor, { context });
  metrics.publishStoredMetrics();
  return response;
};
