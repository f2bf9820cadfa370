import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Delivery, writeDelivery } from '../../lambdas/core/delivery.ts';
import { parseSettings, type Source } from '../../lambdas/core/source.ts';
import { interpretDelivery } from '../../lambdas/events/interpretation.ts';
import { groupOf } from '../../lambdas/events/message-group.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { senderOf } from '../../senders/index.ts';
import type { Pki } from '../../senders/pki.ts';
import { readSample } from '../../senders/samples.ts';
import type { Sender, SignedRequest } from '../../senders/sender.ts';
import { type BenchedProvider, SECRET, SOURCES } from './sources.ts';

/** Deliveries of one provider's, signed. */
export interface Deliveries {
  /** One event each, of the kinds in turn. */
  sign(count: number, kinds?: readonly string[]): Promise<readonly SignedRequest[]>;
}

/** Plays a provider. */
export const deliveriesOf = (provider: BenchedProvider, pki: Pki): Deliveries => {
  const sender = senderOf(provider) as Sender;
  return {
    sign: async (count, kinds = [sender.defaultEvent]) => {
      const samples = await Promise.all(kinds.map((kind) => readSample(sender, kind)));
      return Array.from({ length: count }, (_, index) => {
        const sample = samples[index % samples.length] as (typeof samples)[number];
        return sender.signsWith === 'pki' ? sender.sign(sample, pki) : sender.sign(sample, SECRET);
      });
    },
  };
};

/** What API Gateway makes of a request, payload format 2.0. */
export const toApiEvent = (request: SignedRequest, provider: BenchedProvider): APIGatewayProxyEventV2 => {
  const route = `/hooks/${provider}`;
  const now = new Date();
  return {
    version: '2.0',
    routeKey: `POST ${route}`,
    rawPath: route + request.path,
    rawQueryString: '',
    headers: {
      ...request.headers,
      'content-length': String(request.body.length),
      host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      'x-amzn-trace-id': 'Root=1-66f0c5d8-0b1c2d3e4f5061728394a5b6',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: {
        method: 'POST',
        path: route + request.path,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'bench',
      },
      requestId: randomUUID(),
      routeKey: `POST ${route}`,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(request.path !== '' && { pathParameters: { event: request.path.slice(1) } }),
    body: request.body.toString(),
    isBase64Encoded: false,
  };
};

/** What ingest would store of a request. */
export const toDelivery = (
  request: SignedRequest,
  providerName: BenchedProvider,
  sourceName: string,
): Delivery => {
  const provider = providerNamed(providerName);
  const settings = parseSettings(provider.settings, sourceName, SOURCES[providerName]);
  const source: Source = { name: sourceName, provider: providerName, settings };
  const kept = (provider.keptHeaders?.(settings) ?? []).map((name) => [name, request.headers[name]]);
  return {
    deliveryId: randomUUID(),
    source,
    receivedAt: new Date().toISOString(),
    headers: Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    path: request.path === '' ? {} : { event: request.path.slice(1) },
    body: request.body.toString(),
  };
};

/** What Lambda hands to fan-out: deliveries in batches of ten, each in a message group of its own. */
export const toSqsEvents = (deliveries: readonly Delivery[]): readonly SQSEvent[] => {
  const records = deliveries.map(toRecord);
  return Array.from({ length: Math.ceil(records.length / 10) }, (_, index) => ({
    Records: records.slice(index * 10, index * 10 + 10),
  }));
};

const toRecord = (delivery: Delivery): SQSRecord => {
  const event = interpretDelivery(providerNamed(delivery.source.provider), delivery).events[0]?.event;
  if (event === undefined) throw new Error('a delivery of the bench has no event');
  return {
    messageId: randomUUID(),
    receiptHandle: 'AQEB',
    body: writeDelivery(delivery),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'gatepost',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
      // The samples' entities are few; each delivery is to be of another one.
      MessageGroupId: `${groupOf(event)}-${delivery.deliveryId}`.slice(0, 128),
      MessageDeduplicationId: delivery.deliveryId,
      SequenceNumber: '18849496460467696128',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:gatepost-intake.fifo',
    awsRegion: 'us-east-1',
  };
};
