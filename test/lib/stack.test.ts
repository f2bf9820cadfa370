import { describe, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PARTITION_KEY, TTL_ATTRIBUTE } from '../../lambdas/event-log-schema.ts';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { entitiesOf } from '../../lambdas/providers/catalogue.ts';
import { ivvyCatalogue } from '../../lambdas/providers/ivvy/catalogue.ts';
import { Gatepost } from '../../lib/gatepost.ts';
import { byName, nameOf, type Properties, permissions } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = byName(template, 'AWS::Lambda::Function');
const queues = byName(template, 'AWS::SQS::Queue');
const roles = byName(template, 'AWS::IAM::Role');
const entities = [...new Set([...entitiesOf(ivvyCatalogue), ...entitiesOf(altovizCatalogue)])].sort();
const isDeadLetterQueue = (name: string): boolean => name.endsWith('-dlq.fifo');
const DAY = 24 * 60 * 60;

describe('permissions, to the statement', () => {
  test('ingest stores and reads its own secret', () => {
    expect(permissions(template, 'gatepost-ingest-altoviz')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-altoviz',
      'sqs:SendMessage on gatepost-intake.fifo',
      'secretsmanager:GetSecretValue on gatepost/altoviz',
    ]);
  });

  test('ingest of a provider without a secret only stores', () => {
    expect(permissions(template, 'gatepost-ingest-ivvy')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-ivvy',
      'sqs:SendMessage on gatepost-intake.fifo',
    ]);
  });

  test('fan-out empties the intake queue, writes to the event log and sends to the queues', () => {
    const targets = [...entities, 'unrecognized'].map((entity) => `gatepost-${entity}.fifo`).sort();
    expect(permissions(template, 'gatepost-fan-out')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-fan-out',
      `sqs:SendMessage on ${targets.join(', ')}`,
      'dynamodb:PutItem, dynamodb:UpdateItem on gatepost-event-log',
      'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage on gatepost-intake.fifo',
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
      expect(JSON.stringify(role.Policies)).not.toContain('*');
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
      ['gatepost-ingest-ivvy', 'apigateway.amazonaws.com', '/*/*/hooks/ivvy'],
      ['gatepost-ingest-altoviz', 'apigateway.amazonaws.com', '/*/*/hooks/altoviz'],
    ]);
  });
});

describe('queues', () => {
  test('one for intake, one for each entity of the configured sources, one for what nobody understood', () => {
    const names = ['intake', ...entities, 'unrecognized'];
    expect([...queues.keys()].sort()).toEqual(
      names.flatMap((name) => [`gatepost-${name}.fifo`, `gatepost-${name}-dlq.fifo`]).sort(),
    );
  });

  test('a dead-letter queue behind each', () => {
    for (const [name, { RedrivePolicy }] of queues) {
      if (isDeadLetterQueue(name)) expect(RedrivePolicy).toBeUndefined();
      else {
        expect(nameOf(template, RedrivePolicy.deadLetterTargetArn)).toBe(name.replace('.fifo', '-dlq.fifo'));
        expect(RedrivePolicy.maxReceiveCount).toBe(name === 'gatepost-intake.fifo' ? 240 : 5);
      }
    }
  });

  test('FIFO by group, encrypted, for messages of 1 MiB and 14 days', () => {
    for (const queue of queues.values()) {
      expect(queue).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        SqsManagedSseEnabled: true,
        MaximumMessageSize: 1024 * 1024,
        MessageRetentionPeriod: 14 * DAY,
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
    const [mapping, ...others] = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    expect(others).toEqual([]);
    expect(mapping?.Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
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
      AttributeDefinitions: [{ AttributeName: PARTITION_KEY, AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
    });
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
    // Fan-out forgets by it, and ingest turns away what it could not tell from a repeat.
    const retentions = (of: Template) =>
      [...byName(of, 'AWS::Lambda::Function').values()].map(
        ({ Environment }) => Environment.Variables.RETENTION_SECONDS / DAY,
      );
    expect(retentions(template)).toEqual([30, 30, 30]);
    expect(retentions(synthesize({ retention: Duration.days(14) }))).toEqual([14, 14, 14]);
  });
});

describe('what can not be made again', () => {
  test('keeps its place in the stack: under another id CloudFormation would make a new one', () => {
    const { Resources } = template.toJSON();
    const ids = {
      GatepostEventLogTable68D3E70F: 'gatepost-event-log',
      GatepostIntakeFifoQueue19DEC52F: 'gatepost-intake.fifo',
      GatepostIntakeFifoDeadLetterQueue32ABC7E3: 'gatepost-intake-dlq.fifo',
      GatepostEntityQueuesCompanyQueueA8E90C8A: 'gatepost-company.fifo',
      GatepostEntityQueuesUnrecognizedQueue33CC683D: 'gatepost-unrecognized.fifo',
      GatepostGateAltovizSecret06287439: 'gatepost/altoviz',
      // Its URL is what the providers were told.
      GatepostGateApiDAFC3617: 'gatepost',
    };
    for (const [id, name] of Object.entries(ids)) {
      expect(Object.keys(Resources)).toContain(id);
      expect(nameOf(template, { Ref: id })).toBe(name);
    }
  });

  test('stays when the stack goes, where it holds data', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret'];
    const resources = kept.flatMap((type) => Object.values(template.findResources(type)));
    expect(resources).toHaveLength(queues.size + 2);
    for (const resource of resources) {
      expect(resource.DeletionPolicy).toMatch(/^Retain/);
      expect(resource.UpdateReplacePolicy).toBe('Retain');
    }
  });
});

describe('functions', () => {
  test('one a source, and fan-out', () => {
    expect([...functions.keys()].sort()).toEqual([
      'gatepost-fan-out',
      'gatepost-ingest-altoviz',
      'gatepost-ingest-ivvy',
    ]);
  });

  test('on Node 24 and arm64, logging for 30 days', () => {
    const logs = byName(template, 'AWS::Logs::LogGroup');
    for (const [name, settings] of functions) {
      expect(settings).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(nameOf(template, settings.LoggingConfig.LogGroup)).toBe(`/aws/lambda/${name}`);
      expect(logs.get(`/aws/lambda/${name}`).RetentionInDays).toBe(30);
    }
  });

  test('ingest is told its source, complete with defaults, its queue and its secret', () => {
    const { SOURCE, INTAKE_QUEUE_URL, SECRET_ARN, RETENTION_SECONDS, ...others } =
      environment('gatepost-ingest-altoviz');
    expect(JSON.parse(SOURCE)).toEqual({
      name: 'altoviz',
      provider: 'altoviz',
      settings: { rotationGrace: 7 * DAY },
    });
    expect(nameOf(template, INTAKE_QUEUE_URL)).toBe('gatepost-intake.fifo');
    expect(nameOf(template, SECRET_ARN)).toBe('gatepost/altoviz');
    expect(others).toEqual({});
    expect(environment('gatepost-ingest-ivvy')).not.toHaveProperty('SECRET_ARN');
  });

  test('fan-out is told the table, the entities and the queue that the others are named like', () => {
    const { EVENT_LOG_TABLE, RETENTION_SECONDS, UNRECOGNIZED_QUEUE_URL, ENTITIES, ...others } =
      environment('gatepost-fan-out');
    expect(nameOf(template, EVENT_LOG_TABLE)).toBe('gatepost-event-log');
    expect(nameOf(template, UNRECOGNIZED_QUEUE_URL)).toBe('gatepost-unrecognized.fifo');
    expect(ENTITIES.split(',')).toEqual(entities);
    expect(others).toEqual({});
  });

  const environment = (name: string): Properties => functions.get(name).Environment.Variables;
});

describe('the gate', () => {
  test('has one route a source, to its own function', () => {
    const { Resources } = template.toJSON();
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }: Properties) => {
        const integration = Resources[Properties.Target['Fn::Join'][1][1].Ref].Properties;
        expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
        return [Properties.RouteKey, nameOf(template, integration.IntegrationUri)];
      },
    );
    expect(routes).toEqual([
      ['POST /hooks/ivvy', 'gatepost-ingest-ivvy'],
      ['POST /hooks/altoviz', 'gatepost-ingest-altoviz'],
    ]);
  });

  test('makes a secret where the provider has one, with the placeholder that ingest refuses', () => {
    const secrets = byName(template, 'AWS::SecretsManager::Secret');
    expect([...secrets.keys()]).toEqual(['gatepost/altoviz']);
    expect(secrets.get('gatepost/altoviz').SecretString).toBe(PLACEHOLDER_SECRET);
  });

  test('lets two sources of one provider stand side by side', () => {
    const two = synthesize({
      sources: {
        altoviz: { provider: 'altoviz' },
        'altoviz-sandbox': { provider: 'altoviz', rotationGrace: 0 },
      },
    });
    expect([...byName(two, 'AWS::SecretsManager::Secret').keys()]).toEqual([
      'gatepost/altoviz',
      'gatepost/altoviz-sandbox',
    ]);
    expect([...byName(two, 'AWS::ApiGatewayV2::Route').keys()]).toEqual([
      'POST /hooks/altoviz',
      'POST /hooks/altoviz-sandbox',
    ]);
    expect(permissions(two, 'gatepost-ingest-altoviz-sandbox')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-altoviz-sandbox',
      'sqs:SendMessage on gatepost-intake.fifo',
      'secretsmanager:GetSecretValue on gatepost/altoviz-sandbox',
    ]);
    // They know the same entities, and those have one queue each.
    expect(byName(two, 'AWS::SQS::Queue').size).toBe(2 * (entitiesOf(altovizCatalogue).length + 2));
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
    expect(nameOf(template, value('BookingNoteQueueArn'))).toBe('gatepost-booking-note.fifo');
    expect(nameOf(template, value('UnrecognizedQueueUrl'))).toBe('gatepost-unrecognized.fifo');
    expect(nameOf(template, value('IntakeDeadLetterQueueUrl'))).toBe('gatepost-intake-dlq.fifo');
    expect(nameOf(template, value('EventLogTable'))).toBe('gatepost-event-log');
    expect(Object.keys(outputs)).toHaveLength(2 + 2 * (entities.length + 1) + 2 + 1);
  });

  test('goes into whichever account and region it is deployed to, or into the one that is named', () => {
    const sources = { altoviz: SHIPPED.altoviz };
    const places = /\b(\d{12}|[a-z]{2}-[a-z]+-\d)\b/g;
    const placesIn = (of: Template) => new Set(JSON.stringify(of.toJSON()).match(places));
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
    gatepost.queue('contact').grantConsumeMessages(service);

    const shop = Template.fromStack(stack);
    const [policy] = Object.values(shop.findResources('AWS::IAM::Policy'));
    const [statement] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(statement.Action).toContain('sqs:ReceiveMessage');
    expect(nameOf(shop, statement.Resource)).toBe('gatepost-contact.fifo');
  });
});
