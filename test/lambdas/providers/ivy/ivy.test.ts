import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { ivyCatalogue } from '../../../../lambdas/providers/ivy/catalogue.ts';
import { ivy } from '../../../../lambdas/providers/ivy/ivy.ts';
import { type IvyOptions, ivySettings } from '../../../../lambdas/providers/ivy/settings.ts';
import { meaningOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import { aRequest } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'an-ivy-signing-secret';
const BODY =
  '{"id":"evt_1","type":"order_created","date":"2024-03-11T00:00:30.000Z","payload":{"id":"ord_1","status":"paid"}}';

const settingsOf = (options: IvyOptions = {}) => parseSettings(ivySettings, 'ivy', options);

const signed = (body: string | Buffer, key: string | Buffer = SECRET) =>
  aRequest(body, {
    headers: { 'x-ivy-signature': createHmac('sha256', key).update(body).digest('hex') },
  });

const authenticate = (request = signed(BODY), options: IvyOptions = {}, secret = SECRET) =>
  ivy.authenticate(request, settingsOf(options), secretsOf(secret));

describe('the signature of Ivy', () => {
  test('is an HMAC over the bytes as they came, not over JSON written again', async () => {
    // Each of these is another text once it is parsed and written.
    const body =
      '{"payload": {"2":1,"1":1.0,"big":12345678901234567890}, "type":"order_created","id":"a","id":"b"}';
    expect(JSON.stringify(JSON.parse(body))).not.toBe(body);
    expect(await authenticate(signed(body))).toEqual({ outcome: 'accepted', parsed: expect.anything() });
  });

  test('counts to the last bit', () =>
    expectEveryChangeToCount({
      provider: ivy,
      settings: settingsOf(),
      request: signed(BODY),
      secret: SECRET,
      signedHeaders: ['x-ivy-signature'],
    }));

  test('is missing, or not 64 hex digits', async () => {
    const header = signed(BODY).headers['x-ivy-signature'] ?? '';
    const reason = (value: string | undefined) =>
      reasonOf(() => authenticate(aRequest(BODY, { headers: { 'x-ivy-signature': value } })));
    expect(await reason(undefined)).toBe('signature-missing');
    expect(await reason('')).toBe('signature-missing');
    for (const malformed of [
      header.replace(/[a-f]/, (digit) => digit.toUpperCase()),
      `sha256=${header}`,
      `${header} `,
      `${header},${header}`,
      Buffer.from(header, 'hex').toString('base64'),
      header.slice(2),
    ])
      expect(await reason(malformed)).toBe('signature-malformed');
    expect(await reason('0'.repeat(64))).toBe('signature-mismatch');
  });

  test('may be made with what stands behind whsec_', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const secret = `whsec_${key.toString('base64')}`;
    expect(
      await reasonOf(() => authenticate(signed(BODY, key), { secretEncoding: 'whsec' }, secret)),
    ).toBeUndefined();
    // By default it is text like any other.
    expect(await reasonOf(() => authenticate(signed(BODY, secret), {}, secret))).toBeUndefined();
    expect(await reasonOf(() => authenticate(signed(BODY, key), {}, secret))).toBe('signature-mismatch');
    expect(await reasonOf(() => authenticate(signed(BODY), { secretEncoding: 'whsec' }))).toBe(
      'secret-unset',
    );
  });
});

describe('the body of Ivy', () => {
  test.each([
    'no JSON',
    '[]',
    '{"type":"order_created","payload":{}}',
    '{"id":"evt_1","payload":{}}',
    '{"id":"evt_1","type":5,"payload":{}}',
    '{"id":["evt_1"],"type":"order_created","payload":{}}',
    '{"id":"evt_1","type":"order_created"}',
    '{"id":"evt_1","type":"order_created","payload":null}',
    '{"id":"evt_1","type":"order_created","payload":"{}"}',
  ])('is stored though not understood: %s', async (body) => {
    expect((await expectUnrecognized(ivy, settingsOf(), signed(body), SECRET)).data).toBe(body);
  });

  test('is stored though no text', async () => {
    const { data_base64 } = await expectUnrecognized(
      ivy,
      settingsOf(),
      signed(Buffer.from([0x22, 0xff, 0x22])),
      SECRET,
    );
    expect(data_base64).toBe('Iv8i');
  });

  test('a trial goes no further, whatever else is in it', async () => {
    expect(await authenticate(signed('{"type":"test"}'))).toEqual({ outcome: 'test' });
    expect(await reasonOf(() => authenticate(signed('{"type":"test"}', 'another-secret-of-somebody')))).toBe(
      'signature-mismatch',
    );
  });

  const interpret = (body: string) => ivy.interpret({ body, headers: {}, path: {} }, settingsOf());

  test('is one event', () => {
    expect(interpret(BODY)).toEqual([
      {
        name: 'order_created',
        identity: ['evt_1', 'order_created'],
        entityId: 'ord_1',
        time: new Date('2024-03-11T00:00:30.000Z'),
        data: { id: 'ord_1', status: 'paid' },
      },
    ]);
  });

  test.each([
    ['"2024-03-11 00:00:30"', '2024-03-11T00:00:30.000Z'],
    ['1710115230', '2024-03-11T00:00:30.000Z'],
    ['"yesterday"', undefined],
    ['null', undefined],
    ['{}', undefined],
  ])('a date of %s, whose form is not documented, costs the time at most', (date, time) => {
    const [event] = interpret(`{"id":"e","type":"t","date":${date},"payload":{"id":7}}`);
    expect(event?.time?.toISOString()).toBe(time);
    expect(event?.entityId).toBe('7');
  });
});

describe('the types of Ivy', () => {
  test.each([
    ['order_updated', 'order', 'updated'],
    ['order.updated', 'order', 'updated'],
    ['refund_succeeded', 'refund', 'succeeded'],
    ['refund.succeeded', 'refund', 'succeeded'],
    ['checkout_session_completed', 'checkout-session', 'completed'],
    ['checkout_session.completed', 'checkout-session', 'completed'],
    ['checkout_session.created', 'checkout-session', 'created'],
    ['merchant_app_updated', 'merchant-app', 'updated'],
    ['payout_report_requested', 'payout-report', 'requested'],
    ['payout_report.ready', 'payout-report', 'ready'],
    ['payout.returned', 'payout', 'returned'],
    ['user_payout.returned', 'user-payout', 'returned'],
    ['mandate_setup_failed', 'mandate', 'setup-failed'],
    ['return.failed', 'return', 'failed'],
  ])('%s is about a %s: %s', (type, entity, action) => {
    expect(meaningOf(ivyCatalogue, type)).toEqual({ entity, action });
  });

  test('an unknown one means nothing', () => {
    expect(meaningOf(ivyCatalogue, 'user.created')).toBeUndefined();
    expect(meaningOf(ivyCatalogue, 'test')).toBeUndefined();
  });
});

test('settings that are wrong say what would be right', () => {
  expect(() => parseSettings(ivySettings, 'shop', { secretEncoding: 'hex' })).toThrow(
    'Source "shop": secretEncoding: must be "utf8" (the secret as it is) or "whsec" (decoded from behind whsec_)',
  );
});
