import type { GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AT_ATTRIBUTE,
  ENTITY_INDEX,
  PARTITION_KEY,
  SOURCE_INDEX,
  TTL_ATTRIBUTE,
} from '../../lambdas/event-log/schema.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { ivvyCatalogue } from '../../lambdas/providers/ivvy/catalogue.ts';
import { entitiesOf } from '../../lambdas/providers/shared/catalogue.ts';
import { Gatepost } from '../../lib/gatepost.ts';
import type { GatepostProps } from '../../lib/gatepost-props.ts';
import { PRICES_REGION } from '../../lib/watch/prices.ts';
import { byName, nameOf, type Properties, permissions } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = byName(template, 'AWS::Lambda::Function');
const queues = byName(template, 'AWS::SQS::Queue');
const roles = byName(template, 'AWS::IAM::Role');
const entities = [...new Set([...entitiesOf(ivvyCatalogue), ...entitiesOf(altovizCatalogue)])].sort();
const isDeadLetterQueue = (name: string): boolean => name.endsWith('-dlq.fifo');
const DAY = 24 * 60 * 60;
const BUCKET = 'gatepost-bodies-AWS::AccountId-AWS::Region';

const REJECTED_QUEUE = 'gatepost-rejected.fifo';

describe('permissions, to the statement', () => {
  test('ingest stores and reads its own secret', () => {
    expect(permissions(template, 'gatepost-ingest-altoviz')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-altoviz',
      'sqs:SendMessage on gatepost-intake.fifo, gatepost-rejected.fifo',
      'secretsmanager:GetSecretValue on gatepost/altoviz',
      `s3:PutObject on ${BUCKET}/bodies/altoviz/*`,
    ]);
  });

  test('ingest of a provider without a secret only stores', () => {
    expect(permissions(template, 'gatepost-ingest-ivvy')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-ivvy',
      'sqs:SendMessage on gatepost-intake.fifo, gatepost-rejected.fifo',
      `s3:PutObject on ${BUCKET}/bodies/ivvy/*`,
    ]);
  });

  test('ingest of a source that keeps nothing of what it rejects sends to intake only', () => {
    const keepingNothing = synthesize({
      sources: {
        ivvy: { ...SHIPPED.ivvy, rejected: { keep: false } },
        altoviz: { ...SHIPPED.altoviz, rejected: { keep: 3_600 } },
      },
    });
    expect(permissions(keepingNothing, 'gatepost-ingest-ivvy')).toContain(
      'sqs:SendMessage on gatepost-intake.fifo',
    );
    expect(permissions(keepingNothing, 'gatepost-ingest-altoviz')).toContain(
      'sqs:SendMessage on gatepost-intake.fifo, gatepost-rejected.fifo',
    );
  });

  test('what keeps rejected deliveries writes them, and reads nothing', () => {
    expect(permissions(template, 'gatepost-keep-rejected')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-keep-rejected',
      'dynamodb:PutItem, dynamodb:UpdateItem on gatepost-event-log',
      'sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage on gatepost-rejected.fifo',
      `s3:PutObject on ${BUCKET}/rejected/*`,
    ]);
  });

  test('what checks them again reads them and the secrets, and stores like ingest', () => {
    expect(permissions(template, 'gatepost-rejected')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-rejected',
      'dynamodb:GetItem, dynamodb:UpdateItem on gatepost-event-log',
      'sqs:SendMessage on gatepost-intake.fifo',
      'secretsmanager:GetSecretValue on gatepost/altoviz',
      `s3:PutObject on ${BUCKET}/bodies/*`,
      `s3:GetObject on ${BUCKET}/rejected/*`,
    ]);
  });

  test('neither is there if no source keeps any', () => {
    const none = synthesize({ sources: { altoviz: { ...SHIPPED.altoviz, rejected: { keep: false } } } });
    expect([...byName(none, 'AWS::Lambda::Function').keys()].sort()).toEqual([
      'gatepost-console',
      'gatepost-fan-out',
      'gatepost-ingest-altoviz',
      'gatepost-replay',
    ]);
    expect([...byName(none, 'AWS::SQS::Queue').keys()]).not.toContain('gatepost-rejected.fifo');
  });

  test('fan-out empties the intake queue, writes to the event log and sends to the queues', () => {
    const targets = [...entities, 'unrecognized'].map((entity) => `gatepost-${entity}.fifo`).sort();
    expect(permissions(template, 'gatepost-fan-out')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-fan-out',
      `sqs:SendMessage on ${targets.join(', ')}`,
      'dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on gatepost-event-log',
      'sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage on gatepost-intake.fifo',
      `s3:GetObject, s3:PutObject on ${BUCKET}/bodies/*`,
      `s3:PutObject on ${BUCKET}/data/*`,
    ]);
  });

  test('nothing else is allowed, and nobody else may be these roles', () => {
    const usedRoles = [...functions.values()].map(({ Role }) => Role['Fn::GetAtt'][0]);
    expect([...roles.keys()].sort()).toEqual(usedRoles.sort());
    for (const role of roles.values()) {
      expect(role).not.toHaveProperty('ManagedPolicyArns');
      expect(role.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
      // But for the objects of a folder.
      expect(JSON.stringify(role.Policies).replaceAll('/*"', '"')).not.toContain('*');
    }
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  test('only the API may call an ingest function, on the route of its source', () => {
    const allowed = Object.values(template.findResources('AWS::Lambda::Permission')).map(
      ({ Properties }: Properties) => [
        nameOf(template, Properties.FunctionName),
        Properties.Principal,
        Properties.SourceArn['Fn::Join'][1].at(-1),
      ],
    );
    expect(allowed).toEqual([
      ['gatepost-ingest-altoviz', 'apigateway.amazonaws.com', '/*/*/hooks/altoviz'],
      ['gatepost-ingest-ivvy', 'apigateway.amazonaws.com', '/*/*/hooks/ivvy'],
    ]);
  });
});

describe('queues', () => {
  test('one for intake, one for each entity of the configured sources, one each for what nobody understood and what was rejected', () => {
    const names = ['intake', ...entities, 'unrecognized', 'intake-dlq', 'entities-dlq'];
    expect([...queues.keys()].sort()).toEqual(
      [...names.map((name) => `gatepost-${name}.fifo`), REJECTED_QUEUE].sort(),
    );
  });

  test('a dead-letter queue behind that of intake, and one behind all of the entities', () => {
    for (const [name, { RedrivePolicy }] of queues) {
      if (isDeadLetterQueue(name) || name === REJECTED_QUEUE) expect(RedrivePolicy).toBeUndefined();
      else {
        const isIntake = name === 'gatepost-intake.fifo';
        expect(nameOf(template, RedrivePolicy.deadLetterTargetArn)).toBe(
          `gatepost-${isIntake ? 'intake' : 'entities'}-dlq.fifo`,
        );
        expect(RedrivePolicy.maxReceiveCount).toBe(isIntake ? 240 : 5);
      }
    }
  });

  test('FIFO by group, encrypted, for messages of 1 MiB and 14 days', () => {
    for (const [name, queue] of queues) {
      expect(queue).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        SqsManagedSseEnabled: true,
        MaximumMessageSize: 1024 * 1024,
        // What strangers sent is soon forgotten.
        MessageRetentionPeriod: name === REJECTED_QUEUE ? DAY : 14 * DAY,
      });
      // Each event has its own deduplication id; that of a body would swallow a second event with the same one.
      expect(queue.ContentBasedDeduplication).toBeUndefined();
    }
  });

  test('over TLS only', () => {
    const closed = Object.values(template.findResources('AWS::SQS::QueuePolicy')).map(
      ({ Properties }: Properties) => {
        const [statement, ...others] = Properties.PolicyDocument.Statement;
        expect(others).toEqual([]);
        expect(statement).toMatchObject({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Resource: { 'Fn::GetAtt': [Properties.Queues[0].Ref, 'Arn'] },
        });
        return nameOf(template, Properties.Queues[0]);
      },
    );
    expect(closed.sort()).toEqual([...queues.keys()].sort());
  });

  test('a failed delivery comes again after fan-out has surely ended, and while SQS still knows what was sent', () => {
    const { VisibilityTimeout, RedrivePolicy } = queues.get('gatepost-intake.fifo');
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * functions.get('gatepost-fan-out').Timeout);
    expect(VisibilityTimeout).toBeLessThan(5 * 60);
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(12 * 60 * 60);
  });

  test('fan-out takes ten deliveries at a time and says which failed', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    const polled = mappings.map(({ Properties }) => nameOf(template, Properties.EventSourceArn));
    expect(polled.sort()).toEqual(['gatepost-intake.fifo', REJECTED_QUEUE]);
    const mapping = mappings.find(
      ({ Properties }) => nameOf(template, Properties.EventSourceArn) === 'gatepost-intake.fifo',
    );
    expect(mapping?.Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      // A backlog leaves ingest its share of the account's concurrency.
      ScalingConfig: { MaximumConcurrency: 5 },
    });
    expect(nameOf(template, mapping?.Properties.EventSourceArn)).toBe('gatepost-intake.fifo');
    expect(nameOf(template, mapping?.Properties.FunctionName)).toBe('gatepost-fan-out');
  });
});

describe('the event log', () => {
  const table = byName(template, 'AWS::DynamoDB::Table').get('gatepost-event-log');

  test('is keyed and forgets by the attributes that fan-out writes', () => {
    expect(table).toMatchObject({
      KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
      AttributeDefinitions: expect.arrayContaining([{ AttributeName: PARTITION_KEY, AttributeType: 'S' }]),
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
    });
  });

  test('can be searched by source, and by entity with an index of its own where that is wanted', () => {
    const indexes = (eventLog?: GatepostProps['eventLog']) =>
      byName(synthesize({ ...(eventLog && { eventLog }) }), 'AWS::DynamoDB::Table')
        .get('gatepost-event-log')
        ?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema }: GlobalSecondaryIndex) => [
          IndexName,
          ...(KeySchema ?? []).map(({ AttributeName }) => AttributeName),
        ]);
    const bySource = [SOURCE_INDEX.name, SOURCE_INDEX.partitionKey, AT_ATTRIBUTE];
    const byEntity = [ENTITY_INDEX.name, ENTITY_INDEX.partitionKey, AT_ATTRIBUTE];
    expect(indexes()).toEqual([bySource]);
    expect(indexes({ searchByEntity: true })).toEqual([bySource, byEntity]);
    expect(indexes({ searchBySource: false, searchByEntity: true })).toEqual([byEntity]);
    expect(indexes({ searchBySource: false })).toBeUndefined();
  });

  test('is on demand, encrypted, restorable and protected', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  test('remembers for 30 days, or for as long as it is told', () => {
    const retentions = (of: Template) =>
      [...byName(of, 'AWS::Lambda::Function').values()].flatMap(
        ({ Environment: { Variables } }) => Variables.RETENTION_SECONDS / DAY || [],
      );
    expect(retentions(template)).toEqual([30]);
    expect(retentions(synthesize({ retention: Duration.days(14) }))).toEqual([14]);
  });
});

describe('what can not be made again', () => {
  test('stays when the stack goes, where it holds data', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret'];
    const resources = kept.flatMap((type) => Object.values(template.findResources(type)));
    expect(resources).toHaveLength(queues.size + 2);
    for (const resource of resources) {
      if (resource.Properties.QueueName === REJECTED_QUEUE) continue;
      expect(resource.DeletionPolicy).toMatch(/^Retain/);
      expect(resource.UpdateReplacePolicy).toBe('Retain');
    }
  });
});

describe('functions', () => {
  test('one a source, fan-out, two for rejected deliveries, and the two of the console', () => {
    expect([...functions.keys()].sort()).toEqual([
      'gatepost-console',
      'gatepost-fan-out',
      'gatepost-ingest-altoviz',
      'gatepost-ingest-ivvy',
      'gatepost-keep-rejected',
      'gatepost-rejected',
      'gatepost-replay',
    ]);
  });

  test('on Node 24 and arm64, each with a log of its own that says nothing about deprecations', () => {
    for (const [name, settings] of functions) {
      expect(settings).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Environment: { Variables: { NODE_OPTIONS: '--no-deprecation' } },
      });
      expect(nameOf(template, settings.LoggingConfig.LogGroup)).toBe(`/aws/lambda/${name}`);
    }
  });

  test('ingest is told its source, complete with defaults, its queue and its secret', () => {
    const {
      SOURCE,
      INTAKE_QUEUE_URL,
      BODIES_BUCKET,
      REJECTED_QUEUE_URL,
      SECRET_ARN,
      NODE_OPTIONS,
      ...others
    } = environment('gatepost-ingest-altoviz');
    expect(JSON.parse(SOURCE)).toEqual({
      name: 'altoviz',
      provider: 'altoviz',
      settings: { rotationGrace: 7 * DAY },
    });
    expect(nameOf(template, INTAKE_QUEUE_URL)).toBe('gatepost-intake.fifo');
    expect(nameOf(template, REJECTED_QUEUE_URL)).toBe(REJECTED_QUEUE);
    expect(nameOf(template, BODIES_BUCKET)).toBe(BUCKET);
    expect(nameOf(template, SECRET_ARN)).toBe('gatepost/altoviz');
    expect(others).toEqual({ METRIC_NAMESPACE: 'Gatepost/gatepost' });
    expect(environment('gatepost-ingest-ivvy')).not.toHaveProperty('SECRET_ARN');
  });

  test('fan-out is told the table and the queue that the others are named like', () => {
    const {
      EVENT_LOG_TABLE,
      RETENTION_SECONDS,
      BODIES_BUCKET,
      UNRECOGNIZED_QUEUE_URL,
      NODE_OPTIONS,
      ...others
    } = environment('gatepost-fan-out');
    expect(nameOf(template, BODIES_BUCKET)).toBe(BUCKET);
    expect(nameOf(template, EVENT_LOG_TABLE)).toBe('gatepost-event-log');
    expect(nameOf(template, UNRECOGNIZED_QUEUE_URL)).toBe('gatepost-unrecognized.fifo');
    expect(others).toEqual({ METRIC_NAMESPACE: 'Gatepost/gatepost' });
  });

  const environment = (name: string): Properties => functions.get(name).Environment.Variables;
});

describe('logs', () => {
  const retentions = (of: Template): ReadonlyMap<string, number | undefined> =>
    new Map(
      [...byName(of, 'AWS::Logs::LogGroup')].map(([name, { RetentionInDays }]) => [name, RetentionInDays]),
    );

  test('are kept for 30 days: those of the functions, and that of the gate', () => {
    const names = [...functions.keys()].map((name) => `/aws/lambda/${name}`);
    expect(retentions(template)).toEqual(
      new Map([...names, '/aws/vendedlogs/gatepost-gate'].map((name) => [name, 30])),
    );
  });

  test('are kept for as long as it is said', () => {
    const lengths = (logRetention: RetentionDays) =>
      new Set(retentions(synthesize({ logRetention })).values());
    expect(lengths(RetentionDays.ONE_WEEK)).toEqual(new Set([7]));
    expect(lengths(RetentionDays.INFINITE)).toEqual(new Set([undefined]));
  });

  test('are all that the stack throws away with itself, beside the queue of rejected deliveries', () => {
    const thrownAway = Object.values(template.toJSON().Resources as Record<string, Properties>)
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'Delete')
      .map(({ Type, Properties }) => Properties.QueueName ?? Type);
    expect(new Set(thrownAway)).toEqual(new Set(['AWS::Logs::LogGroup', REJECTED_QUEUE]));
  });
});

describe('the stack', () => {
  test('says what providers, consumers and on-call have to be told', () => {
    const outputs: Properties = template.findOutputs('*');
    const value = (id: string) => outputs[id].Value;
    expect(value('IvvyHookUrl')['Fn::Join'][1]).toEqual([
      { 'Fn::GetAtt': [expect.any(String), 'ApiEndpoint'] },
      '/hooks/ivvy',
    ]);
    expect(nameOf(template, value('BookingNoteQueueUrl'))).toBe('gatepost-booking-note.fifo');
    expect(nameOf(template, value('UnrecognizedQueueUrl'))).toBe('gatepost-unrecognized.fifo');
    expect(nameOf(template, value('IntakeDeadLetterQueueUrl'))).toBe('gatepost-intake-dlq.fifo');
    expect(nameOf(template, value('EventLogTable'))).toBe('gatepost-event-log');
    expect(nameOf(template, value('BodiesBucket'))).toBe(BUCKET);
    expect(nameOf(template, value('Dashboard'))).toBe('gatepost');
    expect(nameOf(template, value('IntakeQueueUrl'))).toBe('gatepost-intake.fifo');
    expect(nameOf(template, value('AltovizIngestFunction'))).toBe('gatepost-ingest-altoviz');
    expect(nameOf(template, value('FanOutFunction'))).toBe('gatepost-fan-out');
    expect(nameOf(template, value('RejectedFunction'))).toBe('gatepost-rejected');
    expect(value('Prefix')).toBe('gatepost');
    expect(Object.keys(outputs)).toHaveLength(2 * 2 + entities.length + 1 + 2 + 1 + 1 + 1 + 1 + 1 + 1);
  });

  test('goes into whichever account and region it is deployed to, or into the one that is named', () => {
    const sources = { altoviz: SHIPPED.altoviz };
    const places = /\b(\d{12}|[a-z]{2}-[a-z]+-\d)\b/g;
    // The dashboard says which region its prices are of.
    const prices = `list prices of ${PRICES_REGION}`;
    const placesIn = (of: Template) =>
      new Set(JSON.stringify(of.toJSON()).replaceAll(prices, '').match(places));
    expect(placesIn(synthesize({ sources }))).toEqual(new Set());
    const env = { account: '111122223333', region: 'eu-central-1' };
    expect(placesIn(synthesize({ sources, env }))).toEqual(new Set(Object.values(env)));
  });

  test('takes another prefix, so that two stand in one account', () => {
    const names = (of: Template) =>
      [
        'AWS::SQS::Queue',
        'AWS::Lambda::Function',
        'AWS::DynamoDB::Table',
        'AWS::SecretsManager::Secret',
        'AWS::Logs::LogGroup',
        'AWS::CloudWatch::Alarm',
        'AWS::CloudWatch::Dashboard',
        'AWS::SNS::Topic',
      ].flatMap((type) => [...byName(of, type).keys()]);
    const other = names(synthesize({ prefix: 'gatepost-test' }));
    expect(other).toEqual(names(template).map((name) => name.replace('gatepost', 'gatepost-test')));
  });

  test('does not depend on the order in which the sources are written', () => {
    const turned = synthesize({ sources: { altoviz: SHIPPED.altoviz, ivvy: SHIPPED.ivvy } });
    expect(turned.toJSON()).toEqual(template.toJSON());
  });

  test('is one use of a construct that stands in any other stack', () => {
    const stack = new Stack(createApp(), 'Shop');
    const gatepost = new Gatepost(stack, 'Hooks', { sources: SHIPPED });
    const service = new Role(stack, 'Service', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    gatepost.grantConsume('contact', service);
    const consumer = new LambdaFunction(stack, 'Consumer', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });
    consumer.addEventSource(new SqsEventSource(gatepost.queue('company')));

    const shop = Template.fromStack(stack);
    const consumed = Object.values(shop.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Action }: Properties) =>
        Action.includes('sqs:ReceiveMessage'),
      ).map(({ Resource }: Properties) => nameOf(shop, Resource)),
    );
    expect(consumed.sort()).toEqual(['gatepost-company.fifo', 'gatepost-contact.fifo']);
    const readable = Object.values(shop.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Action }: Properties) => Action.includes('s3:')).map(
        ({ Action, Resource }: Properties) => `${Action} on ${nameOf(shop, Resource)}`,
      ),
    );
    expect(readable).toEqual([`s3:GetObject on ${BUCKET}/data/*/contact/*`]);
    const mapped = Object.values(shop.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => nameOf(shop, Properties.EventSourceArn),
    );
    expect(mapped.sort()).toEqual(['gatepost-company.fifo', 'gatepost-intake.fifo', REJECTED_QUEUE]);
  });
});
