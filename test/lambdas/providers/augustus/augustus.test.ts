import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { augustus } from '../../../../lambdas/providers/augustus/augustus.ts';
import { augustusCatalogue } from '../../../../lambdas/providers/augustus/catalogue.ts';
import { augustusSettings } from '../../../../lambdas/providers/augustus/settings.ts';
import { entitiesOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const settings = parseSettings(augustusSettings, 'augustus', {});
const BODY =
  '{"id":"evt_1","type":"payout.paid","api_version":"2026-04-01","payload":{"id":"po_1","amount":"10.00"},"date":"2024-03-11T00:00:30.000Z"}';

const signed = (body: string, signedAt = RECEIVED_AT) =>
  aRequest(body, {
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(signedAt.getTime() / 1000),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', signedAt, body),
    },
  });

const authenticate = (request = signed(BODY)) => augustus.authenticate(request, settings, secretsOf(SECRET));

test('a signature of Augustus counts to the last bit', () =>
  expectEveryChangeToCount({
    provider: augustus,
    settings,
    request: signed(BODY),
    secret: SECRET,
    signedHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    listHeader: 'webhook-signature',
  }));

test('what was signed more than five minutes ago is stale', async () => {
  const ago = (seconds: number) => new Date(RECEIVED_AT.getTime() - seconds * 1000);
  expect(await reasonOf(() => authenticate(signed(BODY, ago(300))))).toBeUndefined();
  expect(await reasonOf(() => authenticate(signed(BODY, ago(301))))).toBe('stale');
});

test('a trial goes no further', async () => {
  const ping =
    '{"id":"evt_2","type":"ping.test","payload":{"id":"p","type":"ping"},"date":"2024-03-11T00:00:30Z"}';
  expect(await authenticate(signed(ping))).toEqual({ outcome: 'test' });
});

describe('the body of Augustus', () => {
  test.each([
    '[]',
    '{"type":"payout.paid","payload":{}}',
    '{"id":"evt_1","payload":{}}',
    '{"id":"evt_1","type":"payout.paid","payload":[]}',
    '{"id":"evt_1","type":"payout.paid","payload":null}',
  ])('is stored though not understood: %s', async (body) => {
    expect((await expectUnrecognized(augustus, settings, signed(body), SECRET)).data).toBe(body);
  });

  test('is refused if it is no JSON object or array: the signed text could be cut elsewhere', async () => {
    expect(await reasonOf(() => authenticate(signed('x')))).toBe('body-not-json');
    expect(await reasonOf(() => authenticate(signed('5')))).toBe('body-shape');
  });

  test('is one event, told by the id in it', () => {
    expect(augustus.interpret({ body: BODY, headers: {}, path: {} }, settings)).toEqual([
      {
        name: 'payout.paid',
        identity: ['evt_1', 'payout.paid'],
        entityId: 'po_1',
        time: new Date('2024-03-11T00:00:30.000Z'),
        data: { id: 'po_1', amount: '10.00' },
      },
    ]);
  });
});

test('the entities of Augustus', () => {
  expect(entitiesOf(augustusCatalogue)).toEqual(['payout', 'return', 'deposit', 'conversion']);
});
