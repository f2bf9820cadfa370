import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import Stripe from 'stripe';
import type { Delivery } from '../../../../lambdas/core/delivery.ts';
import type { WebhookRequest } from '../../../../lambdas/core/request.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { interpretDelivery } from '../../../../lambdas/events/interpretation.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import { aDelivery, aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import * as declarations from './declarations.ts';

const SECRET = 'a-secret-of-somebody-else';
const NOW = Math.floor(RECEIVED_AT.getTime() / 1000);

/** A source as it is declared, and a gate for it. */
const declared = ({
  provider,
  ...options
}: (typeof declarations)['github' | 'stripe' | 'shopify' | 'slack']) => {
  const settings = parseSettings(hmacSettings, options.name, options);
  return {
    settings,
    authenticate: (request: WebhookRequest) => hmac.authenticate(request, settings, secretsOf(SECRET)),
    /** The event that leaves, once the delivery has been stored with no more than the headers that are kept. */
    event: (request: WebhookRequest) => {
      const kept = hmac.keptHeaders?.(settings) ?? [];
      const delivery: Delivery = aDelivery({
        source: { name: options.name, provider, settings },
        headers: Object.fromEntries(kept.map((name) => [name, request.headers[name] ?? ''])),
        body: request.body.toString(),
      });
      const [interpreted, ...more] = interpretDelivery(hmac, delivery).events;
      expect(more).toEqual([]);
      return interpreted?.event;
    },
    /** @param listHeader a signed header that is a list. Default: none. */
    expectEveryChangeToCount: (
      request: WebhookRequest,
      signedHeaders: readonly string[],
      listHeader?: string,
    ) =>
      expectEveryChangeToCount({
        provider: hmac,
        settings,
        request,
        secret: SECRET,
        signedHeaders,
        ...(listHeader !== undefined && { listHeader }),
      }),
  };
};

describe('GitHub, signed by @octokit/webhooks-methods', () => {
  const github = declared(declarations.github);
  const delivered = async (event: string, body: string) =>
    aRequest(body, {
      headers: {
        'x-github-event': event,
        'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        'x-hub-signature-256': await sign(SECRET, body),
      },
    });
  const ISSUE = '{"action":"opened","issue":{"id":1,"title":"Ünïcödé 😀"},"repository":{"id":2}}';

  test('is an event of an issue', async () => {
    const request = await delivered('issues', ISSUE);
    expect(await github.authenticate(request)).toEqual({ outcome: 'accepted', parsed: expect.anything() });
    expect(github.event(request)).toMatchObject({
      source: '/gatepost/github',
      type: 'github.issue.created',
      provider: 'github',
      entity: 'issue',
      action: 'created',
      providertype: 'issues.opened',
      subject: '1',
      data: JSON.parse(ISSUE),
    });
  });

  test('is the same event when it is delivered again, and another under another id', async () => {
    const request = await delivered('issues', ISSUE);
    const other = { ...request, headers: { ...request.headers, 'x-github-delivery': 'another' } };
    expect(github.event(request)?.id).toBe(github.event(await delivered('issues', ISSUE))?.id);
    expect(github.event(request)?.id).not.toBe(github.event(other)?.id);
  });

  test('that is not listed goes where it belongs', async () => {
    expect(github.event(await delivered('issues', '{"action":"pinned","issue":{"id":1}}'))).toMatchObject({
      type: 'github.issue.pinned',
    });
    expect(github.event(await delivered('push', '{"ref":"refs/heads/main"}'))).toMatchObject({
      type: 'github.unrecognized.received',
      provider: 'github',
      providertype: 'push',
      reason: 'unknown-event',
    });
  });

  test('that nobody understands is still known to be from GitHub', () => {
    expect(
      github.event(aRequest('payload=%7B%7D', { headers: { 'x-github-event': 'issues' } })),
    ).toMatchObject({
      type: 'github.unrecognized.received',
      provider: 'github',
      reason: 'not-understood',
      data: 'payload=%7B%7D',
    });
  });

  test('tries its URL with a ping', async () => {
    expect(
      await github.authenticate(await delivered('ping', '{"zen":"Keep it logically awesome."}')),
    ).toEqual({
      outcome: 'test',
    });
  });

  test('counts to the last bit', async () =>
    github.expectEveryChangeToCount(await delivered('issues', ISSUE), ['x-hub-signature-256']));
});

describe('Stripe, signed by stripe', () => {
  const stripe = declared(declarations.stripe);
  const BODY =
    '{"id":"evt_1","type":"customer.created","created":1710115230,"data":{"object":{"id":"cus_1"}}}';
  const { webhooks } = new Stripe('sk_test_0');
  const header = (timestamp = NOW, secret = SECRET, payload = BODY) =>
    webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const delivered = (signature: string | undefined = header(), body = BODY) =>
    aRequest(body, { headers: { 'stripe-signature': signature } });
  const reason = (signature: string) => reasonOf(() => stripe.authenticate(delivered(signature)));

  test('is an event of a customer', async () => {
    expect(await stripe.authenticate(delivered())).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
    });
    expect(stripe.event(delivered())).toMatchObject({
      type: 'stripe.customer.created',
      subject: 'cus_1',
      time: '2024-03-11T00:00:30.000Z',
      data: { object: { id: 'cus_1' } },
    });
  });

  test('signs with its old and its new secret while it rolls them', async () => {
    const [time, old] = header(NOW, 'the-secret-before-this-one').split(',');
    const [, current] = header().split(',');
    expect(await reason(`${time},${old},${current}`)).toBeUndefined();
    expect(await reason(`${time},${current},${old},v0=${'0'.repeat(64)}`)).toBeUndefined();
    expect(await reason(`${time},${old}`)).toBe('signature-mismatch');
  });

  test('is bounded work, however many signatures there are', async () => {
    const [time, signature] = header().split(',');
    const list = (length: number) => `${time}${`,v1=${'0'.repeat(64)}`.repeat(length - 1)},${signature}`;
    expect(await reason(list(20))).toBeUndefined();
    expect(await reason(list(21))).toBe('signature-malformed');
    expect(await reason(list(1_000))).toBe('signature-malformed');
  });

  test('was signed within five minutes', async () => {
    expect(await reason(header(NOW - 300))).toBeUndefined();
    expect(await reason(header(NOW - 301))).toBe('stale');
    expect(await reason(header(NOW + 301))).toBe('future');
  });

  test.each(['', 't=1710115260', 'v1=00', `v1=${'0'.repeat(64)}`, 'nonsense', 't=1,t=2,v1=00'])(
    'a header of %j is no signature',
    async (signature) => {
      expect(await reason(signature)).toBe(signature === '' ? 'signature-missing' : 'signature-malformed');
    },
  );

  test('a time that stands there twice is none', async () => {
    expect(await reason(`t=${NOW},${header()}`)).toBe('signature-malformed');
  });

  test('counts to the last bit', () =>
    stripe.expectEveryChangeToCount(delivered(), ['stripe-signature'], 'stripe-signature'));
});

describe('Shopify', () => {
  const shopify = declared(declarations.shopify);
  const ORDER = '{"id":820982911946154508,"total_price":"199.00"}';
  // https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
  const delivered = (body = ORDER) =>
    aRequest(body, {
      headers: {
        'x-shopify-topic': 'orders/create',
        'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
        'x-shopify-triggered-at': '2024-03-11T00:00:30.123456789Z',
        'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(body).digest('base64'),
      },
    });

  test('is an event of an order', async () => {
    expect(await shopify.authenticate(delivered())).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
    });
    expect(shopify.event(delivered())).toMatchObject({
      type: 'shopify.order.created',
      providertype: 'orders/create',
      subject: '820982911946154508',
      time: '2024-03-11T00:00:30.123Z',
    });
  });

  test('counts to the last bit', () =>
    shopify.expectEveryChangeToCount(delivered(), ['x-shopify-hmac-sha256']));
});

describe('Slack', () => {
  const slack = declared(declarations.slack);
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  const signature = (body: string, timestamp: string | number) =>
    `v0=${createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const delivered = (body: string, timestamp: number | undefined = NOW) =>
    aRequest(body, {
      headers: {
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature(body, timestamp),
      },
    });
  const MESSAGE =
    '{"type":"event_callback","event_id":"Ev1","event_time":1710115230,"event":{"type":"message","channel":"C1","user":"U1","text":"hi"}}';

  test('is an event of a message, a channel, a user', async () => {
    expect(await slack.authenticate(delivered(MESSAGE))).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
    });
    expect(slack.event(delivered(MESSAGE))).toMatchObject({
      type: 'slack.message.sent',
      subject: 'C1',
      time: '2024-03-11T00:00:30.000Z',
      data: { type: 'message', text: 'hi' },
    });
    const of = (event: object) => slack.event(delivered(JSON.stringify({ event_id: 'Ev2', event })));
    expect(of({ type: 'channel_created', channel: { id: 'C2' } })).toMatchObject({
      type: 'slack.channel.created',
      subject: 'C2',
    });
    expect(of({ type: 'team_join', user: { id: 'U2' } })).toMatchObject({
      type: 'slack.user.created',
      subject: 'U2',
    });
  });

  test('tries its URL with a challenge, which it wants to have back', async () => {
    const body =
      '{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}';
    expect(await slack.authenticate(delivered(body))).toEqual({
      outcome: 'confirmed',
      answer: { challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' },
    });
    // Without one it is genuine all the same.
    expect(await slack.authenticate(delivered('{"type":"url_verification"}'))).toMatchObject({
      outcome: 'accepted',
    });
    // Nobody else gets an answer.
    const forged = { ...delivered(body), body: Buffer.from(body.replace('3eZ', '4eZ')) };
    expect(await reasonOf(() => slack.authenticate(forged))).toBe('signature-mismatch');
    expect(await reasonOf(() => slack.authenticate(delivered(body, NOW - 301)))).toBe('stale');
  });

  test('names its time in what it signs', async () => {
    const { headers, ...request } = delivered(MESSAGE);
    const reason = (timestamp: string | undefined, signed = String(timestamp)) =>
      reasonOf(() =>
        slack.authenticate({
          ...request,
          headers: {
            'x-slack-request-timestamp': timestamp,
            'x-slack-signature': signature(MESSAGE, signed),
          },
        }),
      );
    expect(await reason(headers['x-slack-request-timestamp'])).toBeUndefined();
    expect(await reason(undefined)).toBe('signature-missing');
    expect(await reason('', '')).toBe('signature-missing');
    expect(await reason('soon')).toBe('signature-malformed');
    expect(await reason(String(NOW + 1), String(NOW))).toBe('signature-mismatch');
  });

  test('counts to the last bit', () =>
    slack.expectEveryChangeToCount(delivered(MESSAGE), ['x-slack-signature', 'x-slack-request-timestamp']));
});
