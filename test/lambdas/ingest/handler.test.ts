import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as v from 'valibot';
import { readDelivery } from '../../../lambdas/core/delivery.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { MAX_BODY_BYTES } from '../../../lambdas/core/request.ts';
import { createIngest } from '../../../lambdas/ingest/handler.ts';
import { secretsManager } from '../../../lambdas/ingest/secrets-manager.ts';
import type { Provider, Verdict } from '../../../lambdas/providers/provider.ts';
import { commonSettings } from '../../../lambdas/providers/shared/common-settings.ts';
import { type AwsEndpoint, batchTaken, entriesOf, startAws } from '../support/aws.ts';
import { catchOutput } from '../support/output.ts';

const settings = v.strictObject({ ...commonSettings });
type Settings = v.InferOutput<typeof settings>;

/** A provider that comes to that verdict about everything. */
const deciding = (
  authenticate: Provider<Settings>['authenticate'],
  over: Partial<Provider<Settings>> = {},
): Provider<Settings> => ({
  name: 'altoviz',
  settings,
  secret: undefined,
  retries: undefined,
  catalogue: () => ({ ContactCreated: 'contact.created' }),
  authenticate,
  interpret: ({ body }) => [{ name: 'ContactCreated', identity: [body], entityId: '7', data: body }],
  ...over,
});

const saying = (verdict: Verdict) => deciding(async () => verdict);

const SOURCE = { name: 'billing', provider: 'altoviz', settings: { sourceIps: ['203.0.113.7'] } };

const post = (over: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 =>
  ({
    headers: {},
    body: 'PAYLOAD',
    isBase64Encoded: false,
    requestContext: { http: { sourceIp: '203.0.113.7' }, timeEpoch: Date.now() },
    ...over,
  }) as APIGatewayProxyEventV2;

const invoke = async (
  provider: Provider<Settings>,
  event = post(),
): Promise<APIGatewayProxyStructuredResultV2> => createIngest(provider)(event, {} as Context);

/** The delivery that was stored last. */
const storedLast = () => readDelivery(sqs.calls.flatMap(entriesOf).at(-1)?.MessageBody ?? '');

let sqs: AwsEndpoint;
let lines: ReturnType<typeof catchOutput>;
beforeAll(async () => {
  sqs = await startAws('SQS', batchTaken());
});
beforeEach(() => {
  Object.assign(process.env, {
    SOURCE: JSON.stringify(SOURCE),
    INTAKE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo',
    BODIES_BUCKET: 'bodies',
  });
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => sqs.stop());

describe('a delivery that is accepted', () => {
  test('is stored and answered with 200 and its id', async () => {
    const { statusCode, body } = await invoke(saying({ outcome: 'accepted' }));
    const stored = storedLast();
    expect(statusCode).toBe(200);
    expect(JSON.parse(body ?? '')).toEqual({ status: 'accepted', deliveryId: stored.deliveryId });
    expect(stored).toMatchObject({ source: SOURCE, body: 'PAYLOAD' });
  });

  test('is one line in the log, which tells its way and nothing of its content', async () => {
    await invoke(saying({ outcome: 'accepted', findings: { innerSignature: 'valid' } }));
    const stored = storedLast();
    expect(lines().filter(({ level }) => level !== undefined)).toEqual([
      expect.objectContaining({
        level: 'INFO',
        source: 'billing',
        outcome: 'accepted',
        deliveryId: stored.deliveryId,
        innerSignature: 'valid',
        entity: 'contact',
        action: 'created',
        key: expect.stringMatching(/^billing:/),
        answerMs: expect.any(Number),
      }),
    ]);
    expect(lines().find(({ level }) => level !== undefined)?.answerMs).toBeLessThan(60_000);
    expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
  });

  test('is counted only where an alarm needs it: SQS and Lambda count all', async () => {
    await invoke(saying({ outcome: 'accepted' }));
    expect(lines().filter(({ _aws }) => _aws !== undefined)).toEqual([]);
    process.env.COUNT_ACCEPTED = 'true';
    await invoke(saying({ outcome: 'accepted' }));
    delete process.env.COUNT_ACCEPTED;
    expect(lines().filter(({ _aws }) => _aws !== undefined)).toEqual([
      expect.objectContaining({ source: 'billing', outcome: 'accepted', Accepted: 1 }),
    ]);
  });
});

test.each([
  ['confirmed', {}],
  ['unsubscribed', { Unsubscribed: 1 }],
  ['test', {}],
  ['empty', {}],
] as const)('what is %s is answered with 200, logged, and goes no further', async (outcome, counts) => {
  const before = sqs.calls.length;
  const { statusCode, body } = await invoke(saying({ outcome }));
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? '')).toEqual({ status: outcome, deliveryId: expect.any(String) });
  expect(lines()).toContainEqual(expect.objectContaining({ source: 'billing', outcome, ...counts }));
  expect(sqs.calls).toHaveLength(before);
});

describe('events that the source does not let in', () => {
  const source = { ...SOURCE, settings: { events: ['contact.updated'] } };
  const naming = (...names: readonly string[]) =>
    deciding(async () => ({ outcome: 'accepted', findings: { innerSignature: 'valid' } }), {
      catalogue: () => ({ ContactCreated: 'contact.created', ContactUpdated: 'contact.updated' }),
      interpret: () => names.map((name, at) => ({ name, identity: [String(at)], entityId: '7', data: name })),
    });
  const send = async (...names: readonly string[]) => {
    process.env.SOURCE = JSON.stringify(source);
    const before = sqs.calls.length;
    const { statusCode, body } = await invoke(naming(...names));
    const [line] = lines().filter(({ level }) => level !== undefined);
    return { statusCode, answer: JSON.parse(body ?? ''), calls: sqs.calls.length - before, line };
  };

  test('are answered with 200, counted, and nothing else', async () => {
    const { statusCode, answer, calls, line } = await send('ContactCreated', 'ContactCreated');
    expect(statusCode).toBe(200);
    expect(answer).toEqual({ status: 'ignored', deliveryId: expect.any(String) });
    expect(calls).toBe(0);
    expect(line).toMatchObject({
      level: 'INFO',
      message: 'ignored',
      outcome: 'ignored',
      source: 'billing',
      deliveryId: answer.deliveryId,
      innerSignature: 'valid',
      entity: 'contact',
      action: 'created',
      ignored: 2,
    });
    expect(line).not.toHaveProperty('key');
  });

  test('are counted beside the others of their delivery, which is accepted', async () => {
    const { answer, calls, line } = await send('ContactCreated', 'ContactUpdated');
    expect(answer).toMatchObject({ status: 'accepted' });
    expect(calls).toBe(1);
    expect(line).toMatchObject({
      outcome: 'accepted',
      action: 'updated',
      key: expect.any(String),
      ignored: 1,
    });
    expect(line).not.toHaveProperty('events');
  });

  test('show that their provider is there, where an alarm waits for deliveries', async () => {
    process.env.COUNT_ACCEPTED = 'true';
    try {
      expect((await send('ContactCreated')).line).toMatchObject({ outcome: 'ignored', Accepted: 1 });
    } finally {
      delete process.env.COUNT_ACCEPTED;
    }
  });

  test('are not there where all come in', async () => {
    const { line } = await send('ContactUpdated', 'Nonsense');
    expect(line).not.toHaveProperty('ignored');
  });
});

test('a handshake that asks for an answer gets that one', async () => {
  const { statusCode, body } = await invoke(saying({ outcome: 'confirmed', answer: { challenge: 'abc' } }));
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? '')).toEqual({ challenge: 'abc' });

  const text = await invoke(saying({ outcome: 'confirmed', answer: '<b>abc</b>' }));
  expect(text).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: '<b>abc</b>',
  });
});

describe('what is turned away', () => {
  test('is answered with the status of its reason', async () => {
    const turnsAway = deciding(async () => {
      throw new Rejection('signature-mismatch');
    });
    expect((await invoke(turnsAway)).statusCode).toBe(401);
    expect(
      (await invoke(saying({ outcome: 'accepted' }), post({ body: 'x'.repeat(MAX_BODY_BYTES + 1) })))
        .statusCode,
    ).toBe(413);
    const stranger = post({ requestContext: { http: { sourceIp: '198.51.100.4' }, timeEpoch: 0 } as never });
    expect((await invoke(saying({ outcome: 'accepted' }), stranger)).statusCode).toBe(403);
  });

  test('is told so when the intake queue can’t be reached', async () => {
    sqs.answerWith(() => ({ status: 403, error: 'AccessDenied' }));
    const { statusCode, headers } = await invoke(saying({ outcome: 'accepted' }));
    sqs.answerWith(batchTaken());
    expect(statusCode).toBe(503);
    expect(headers?.['retry-after']).toBe('20');
    expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
  });

  test('by a provider without a secret that asks for one: our mistake', async () => {
    const asks = deciding(async (_request, _settings, secrets) => {
      await secrets(() => true);
      return { outcome: 'accepted' };
    });
    expect((await invoke(asks)).statusCode).toBe(503);
    expect(lines()).toContainEqual(expect.objectContaining({ detail: 'this provider has no secret' }));
  });
});

const withSecret = { ...saying({ outcome: 'accepted' }), secret: { fault: () => undefined } };

test('a provider with a secret needs no setting for its rotation', () => {
  process.env.SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:gatepost/billing';
  expect(() => createIngest(withSecret, { secretVersions: secretsManager })).not.toThrow();
  delete process.env.SECRET_ARN;
});

describe('a function whose environment is wrong fails at its start', () => {
  test.each(['SOURCE', 'INTAKE_QUEUE_URL'])('%s is missing', (name) => {
    delete process.env[name];
    expect(() => createIngest(saying({ outcome: 'accepted' }))).toThrow(name);
  });

  test('SECRET_ARN is missing, and the provider has a secret', () => {
    delete process.env.SECRET_ARN;
    expect(() => createIngest(withSecret, { secretVersions: secretsManager })).toThrow('SECRET_ARN');
    expect(() => createIngest(saying({ outcome: 'accepted' }))).not.toThrow();
  });

  test('the provider has a secret, and nothing looks it up', () => {
    expect(() => createIngest(withSecret)).toThrow("altoviz has a secret, but its function can't load it");
  });

  test('the settings are none', () => {
    process.env.SOURCE = JSON.stringify({ ...SOURCE, settings: { sourceIps: ['somewhere'] } });
    expect(() => createIngest(saying({ outcome: 'accepted' }))).toThrow(
      'Source "billing": sourceIps.0: must be',
    );
  });
});
