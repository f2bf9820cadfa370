import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import {
  type StandardWebhooksOptions,
  standardWebhooksSettings,
} from '../../../../lambdas/providers/standard-webhooks/settings.ts';
import { standardWebhooks } from '../../../../lambdas/providers/standard-webhooks/standard-webhooks.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TIMESTAMP = String(RECEIVED_AT.getTime() / 1000);
const OPTIONS: StandardWebhooksOptions = { name: 'acme', catalogue: { 'user.created': 'user.created' } };
const BODY = '{"type":"user.created","timestamp":"2024-03-11T00:00:30Z","data":{"user":{"id":42}}}';

const settingsOf = (options: Partial<StandardWebhooksOptions> = {}) =>
  parseSettings(standardWebhooksSettings, 'acme', { ...OPTIONS, ...options });

const signed = (body: string) =>
  aRequest(body, {
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': TIMESTAMP,
      'webhook-signature': new Webhook(SECRET).sign('msg_1', RECEIVED_AT, body),
    },
  });

const authenticate = (body: string, options: Partial<StandardWebhooksOptions> = {}) =>
  standardWebhooks.authenticate(signed(body), settingsOf(options), secretsOf(SECRET));

const interpret = (body: string, options: Partial<StandardWebhooksOptions> = {}) =>
  standardWebhooks.interpret({ body, headers: { 'webhook-id': 'msg_1' }, path: {} }, settingsOf(options));

const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

test('a signature of v1 counts to the last bit', () =>
  expectEveryChangeToCount({
    provider: standardWebhooks,
    settings: settingsOf(),
    request: signed(BODY),
    secret: SECRET,
    signedHeaders: SIGNED_HEADERS,
    listHeader: 'webhook-signature',
  }));

test('a signature of v1a counts to the last bit', () => {
  const seed = Buffer.from('302e020100300506032b657004220420'.padEnd(96, '5e'), 'hex');
  const key = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const signature = sign(null, Buffer.from(`msg_1.${TIMESTAMP}.${BODY}`), key).toString('base64');
  return expectEveryChangeToCount({
    provider: standardWebhooks,
    settings: settingsOf(),
    request: aRequest(BODY, {
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': TIMESTAMP,
        'webhook-signature': `v1a,${signature}`,
      },
    }),
    secret: `whpk_${Buffer.from(x, 'base64url').toString('base64')}`,
    signedHeaders: SIGNED_HEADERS,
    listHeader: 'webhook-signature',
  });
});

describe('the body', () => {
  test.each(['[1]', '{"data":{}}', '{"type":{"name":"user.created"}}', '{"type":""}'])(
    'is stored though not understood: %s',
    async (body) => {
      expect((await expectUnrecognized(standardWebhooks, settingsOf(), signed(body), SECRET)).data).toBe(
        body,
      );
    },
  );

  test('is refused if it is no JSON object or array: the signed text could be cut elsewhere', async () => {
    expect(await reasonOf(() => authenticate('x'))).toBe('body-not-json');
    expect(await reasonOf(() => authenticate('"user.created"'))).toBe('body-shape');
  });

  test('is a delivery, or a trial', async () => {
    expect(await authenticate(BODY)).toEqual({ outcome: 'accepted', parsed: expect.anything() });
    expect(await authenticate('{"type":"ping"}')).toEqual({ outcome: 'accepted', parsed: expect.anything() });
    expect(await authenticate('{"type":"ping"}', { testEvents: ['ping'] })).toEqual({ outcome: 'test' });
  });
});

describe('the event', () => {
  test('stands where the specification suggests', () => {
    expect(interpret(BODY)).toEqual([
      {
        name: 'user.created',
        identity: ['msg_1', 'user.created'],
        entityId: undefined,
        time: new Date('2024-03-11T00:00:30Z'),
        data: { user: { id: 42 } },
      },
    ]);
  });

  test('stands where the settings say', () => {
    const body = '{"event":{"kind":"user.created","at":1710115230},"user":{"key":"u1"}}';
    expect(
      interpret(body, {
        typeField: 'event.kind',
        entityIdField: ['account.key', 'user.key'],
        timeField: 'event.at',
        dataField: 'user',
      }),
    ).toEqual([
      {
        name: 'user.created',
        identity: ['msg_1', 'user.created'],
        entityId: 'u1',
        time: new Date('2024-03-11T00:00:30Z'),
        data: { key: 'u1' },
      },
    ]);
  });

  test('without data is the whole body; data that is null is null', () => {
    expect(interpret('{"type":"a.b"}')[0]?.data).toEqual({ type: 'a.b' });
    expect(interpret('{"type":"a.b","data":null}')[0]?.data).toBeNull();
  });

  test('is told by the header, which interpreting has to be given', () => {
    expect(standardWebhooks.keptHeaders?.(settingsOf())).toEqual(['webhook-id']);
    expect(standardWebhooks.keptHeaders?.(settingsOf({ headerPrefix: 'svix-' }))).toEqual(['svix-id']);
  });

  test('bears the name of who sent it', () => {
    expect(standardWebhooks.nameInEvents?.(settingsOf())).toBe('acme');
    expect(standardWebhooks.catalogue(settingsOf())).toEqual(OPTIONS.catalogue);
  });
});

describe('settings that are wrong say what would be right', () => {
  const error = (options: Readonly<Record<string, unknown>>) => () =>
    parseSettings(standardWebhooksSettings, 'acme', { ...OPTIONS, ...options });

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ name: undefined }, 'name: must be the name of the SaaS'],
    [{ name: 'My SaaS' }, 'name: must be the name of the SaaS: lower-case words joined by hyphens'],
    [{ catalogue: undefined }, 'catalogue: must list at least one event'],
    [
      { catalogue: {} },
      'catalogue: must list at least one event by its name, such as { "issues.opened": "issue.opened" }',
    ],
    [{ catalogue: { '': 'a.b' } }, 'catalogue: must list at least one event by its name'],
    [
      { catalogue: { x: 'issue' } },
      'catalogue.x: must mean an entity and an action, in lower case, such as "issue.opened"',
    ],
    [{ catalogue: { x: 'Issue.opened' } }, 'catalogue.x: must mean an entity and an action'],
    [{ catalogue: { x: 5 } }, 'catalogue.x: must mean an entity and an action'],
    [{ catalogue: { x: 'unrecognized.sent' } }, 'catalogue.x: must be about an entity that can be a queue'],
    [{ catalogue: { x: 'intake.sent' } }, 'catalogue.x: must be about an entity that can be a queue'],
    [{ catalogue: { x: 'issue-dlq.sent' } }, 'catalogue.x: must be about an entity that can be a queue'],
    [
      { catalogue: { x: `${'a'.repeat(41)}.sent` } },
      'catalogue.x: must be about an entity that can be a queue: 40',
    ],
    [{ typeField: 'a..b' }, 'typeField: must be a path in the body, such as "data.id"'],
    [
      { entityIdField: [] },
      'entityIdField: must be a path in the body, such as "data.id", or a list of such paths',
    ],
    [
      { headerPrefix: 'Webhook-' },
      'headerPrefix: must be in lower case and end in a hyphen, such as "webhook-"',
    ],
    [{ tolerance: 0 }, 'tolerance: must be at least 1 second'],
    [{ tolerance: 1e6 }, 'tolerance: must be at most a day (86400 seconds)'],
    [{ tolerance: '5m' }, 'tolerance: must be a number of seconds'],
    [{ testEvents: 'ping' }, 'testEvents: must list names of events, such as ["ping"]'],
    [{ typeFeild: 'x' }, 'typeFeild'],
  ])('%j', (options, message) => {
    expect(error(options)).toThrow(`Source "acme": ${message === 'typeFeild' ? '' : message}`);
    expect(error(options)).toThrow(message);
  });
});
