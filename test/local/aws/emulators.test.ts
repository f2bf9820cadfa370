import { once } from 'node:events';
import { connect } from 'node:net';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Resource } from '../../../local/assembly/stack.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../../local/aws/dynamodb.ts';
import { type LocalSqs, startSqs } from '../../../local/aws/sqs.ts';

// Whoever looks in has set up the CLI for some account and region of his own.
const STRANGER = {
  region: 'eu-west-3',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
};

describe('SQS', () => {
  let sqs: LocalSqs;
  let client: SQSClient;
  beforeAll(async () => {
    sqs = await startSqs(0);
    client = new SQSClient({ ...STRANGER, endpoint: sqs.url });
    await sqs.createQueue({
      attribute: () => 'gate-company.fifo',
      properties: {
        QueueName: 'gate-company.fifo',
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: 180,
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
        RedrivePolicy: {
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq.fifo',
          maxReceiveCount: 5,
        },
        Tags: [{ Key: 'team', Value: 'gate' }],
      },
    } as unknown as Resource);
  });
  afterAll(async () => {
    client.destroy();
    await sqs.stop();
  });

  test('has the queue with the attributes of the template', async () => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl('gate-company.fifo'), AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:gate-company.fifo',
      FifoQueue: 'true',
      VisibilityTimeout: '180',
      MessageRetentionPeriod: '1209600',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq.fifo',
      maxReceiveCount: 5,
    });
  });

  test('calls it by an address that resolves everywhere, whatever region is asked', async () => {
    const url = `${sqs.url}/000000000000/gate-company.fifo`;
    expect(sqs.queueUrl('gate-company.fifo')).toBe(url);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'gate-company.fifo' }));
    const { QueueUrls } = await client.send(new ListQueuesCommand({}));
    expect([QueueUrl, QueueUrls]).toEqual([url, [url]]);
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'b',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
      }),
    );
  });
});

describe('DynamoDB', () => {
  let dynamodb: LocalDynamoDb;
  let client: DynamoDBClient;
  beforeAll(async () => {
    dynamodb = await startDynamoDb(0);
    client = new DynamoDBClient({ ...STRANGER, endpoint: dynamodb.url });
    const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
    await dynamodb.createTable({
      ref: 'log',
      properties: {
        KeySchema: [key('key', 'HASH')],
        AttributeDefinitions: ['key', 'source', 'at'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-source',
            KeySchema: [key('source', 'HASH'), key('at', 'RANGE')],
            Projection: { ProjectionType: 'ALL' },
            ContributorInsightsSpecification: { Enabled: true },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    } as unknown as Resource);
  });
  afterAll(async () => {
    client.destroy();
    await dynamodb.stop();
  });

  test('has the table with its keys and indexes, ready at once', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'log' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    });
    await client.send(
      new PutItemCommand({
        TableName: 'log',
        Item: { key: { S: 'k' }, source: { S: 'ivvy' }, at: { S: '1' } },
      }),
    );
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'log',
        IndexName: 'by-source',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'source' },
        ExpressionAttributeValues: { ':s': { S: 'ivvy' } },
      }),
    );
    expect(Items).toHaveLength(1);
  });

  test('outlives a client that breaks off in the middle of a request', async () => {
    const socket = connect(Number(new URL(dynamodb.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"half":');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'log' }));
    expect(Table?.TableName).toBe('log');
  });
});
