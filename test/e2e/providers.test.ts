import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { signIvy } from '../../senders/ivy.ts';
import { tamper } from '../../senders/sender.ts';
import { signedRequest } from '../../senders/standard-webhooks.ts';
import { isKeeping } from './support/aws-tap.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// The providers that the first walk did not take, each from POST to queue.

const gate = gateUnderTest();
const SECRET = `whsec_${Buffer.from('the secret of those that came later').toString('base64')}`;

describe.each([
  ['ivy', 'order_created', 'order', 'ivy.order.created'],
  ['ivy-sandbox', 'refund.succeeded', 'refund', 'ivy.refund.succeeded'],
  ['augustus', 'payout.paid', 'payout', 'augustus.payout.paid'],
  ['avaza', 'timesheet_created', 'timesheet', 'avaza.timesheet.created'],
  ['standard-webhooks', 'contact.created', 'contact', 'acme.contact.created'],
  ['hmac', 'issues.opened', 'issue', 'github.issue.created'],
])('%s', (source, name, entity, type) => {
  test(`${name} comes out as ${type}, and its repeat does not`, async () => {
    const request = await gate().sign(source, name);
    for (const _ of ['first', 'again']) {
      expect(await gate().post(source, request)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    }
    await gate().settled();
    const [{ event, message } = {}] = await gate().take(entity);
    expect(event).toMatchObject({ type, entity, subject: expect.any(String), providertype: name });
    expect(event?.source).toBe(`/gatepost/${source}`);
    expect(message?.MessageAttributes?.type?.StringValue).toBe(type);
    expect(await gate().depth(`gatepost-${entity}.fifo`)).toBe(0);
  });

  test('changed on the way, or without a signature, it is turned away', async () => {
    const request = await gate().sign(source, name);
    expect(await gate().post(source, tamper(request))).toMatchObject({ status: 401 });
    expect(await gate().post(source, { body: request.body, path: request.path })).toMatchObject({
      status: 401,
    });
  });
});

test('two sources of one provider have secrets of their own', async () => {
  const request = await gate().sign('ivy');
  expect(await gate().post('ivy-sandbox', request)).toMatchObject({ status: 401 });
});

test.each([
  ['ivy', 'test'],
  ['augustus', 'ping.test'],
  ['hmac', 'ping'],
])("%s' own trial is answered and goes no further", async (source, name) => {
  const calls = gate().aws.calls.length;
  expect(await gate().deliver(source, name)).toMatchObject({ status: 200, body: { status: 'test' } });
  expect(
    gate()
      .aws.calls.slice(calls)
      .filter((call) => !isKeeping(call))
      .map(({ action }) => action),
  ).not.toContain('SendMessageBatch');
  await gate().until('it is logged', () =>
    gate().lines.some(({ text }) => text.includes('"outcome":"test"')),
  );
});

describe('ivy', () => {
  const post = async (body: object) => {
    await gate().setSecret('ivy', SECRET);
    await gate().localStack.interrupt('gatepost-ingest-ivy');
    const text = JSON.stringify(body);
    return gate().post('ivy', { headers: { 'x-ivy-signature': signIvy(text, SECRET) }, body: text });
  };

  test('spells its events with both separators: one entity', async () => {
    const date = new Date().toISOString();
    await post({ id: '1', type: 'checkout_session.completed', date, payload: { id: 'c' } });
    await post({ id: '2', type: 'checkout_session_completed', date, payload: { id: 'c' } });
    const events = await gate().take('checkout-session', 2);
    expect(events.map(({ event }) => event.type)).toEqual(Array(2).fill('ivy.checkout-session.completed'));
  });

  test('may say what happened years ago: an event’s own time refuses nothing', async () => {
    const answer = await post({
      id: '3',
      type: 'order_created',
      date: '2020-01-01T00:00:00.000Z',
      payload: { id: 'old' },
    });
    expect(answer).toMatchObject({ status: 200 });
    const [{ event } = {}] = await gate().take('order');
    expect(event).toMatchObject({ subject: 'old', time: '2020-01-01T00:00:00.000Z' });
  });

  test.each(['null', '[]', '"text"'])('may have a payload that is %s: it is kept', async (payload) => {
    const body = `{"id":"p","type":"order_created","payload":${payload}}`;
    expect(await post(JSON.parse(body))).toMatchObject({ status: 200 });
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({ reason: 'not-understood', data: body });
  });
});

describe('avaza', () => {
  const basic = `Basic ${Buffer.from(SECRET).toString('base64')}`;
  const post = async (event: string, body: string) => {
    await gate().setSecret('avaza', SECRET);
    await gate().localStack.interrupt('gatepost-ingest-avaza');
    return gate().post('avaza', { path: event && `/${event}`, headers: { authorization: basic }, body });
  };

  test('may send an event that nobody knows: it is authentic, and kept', async () => {
    expect(await post('unicorn_created', '[{"UnicornID":1}]')).toMatchObject({ status: 200 });
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({
      reason: 'unknown-event',
      providertype: 'unicorn_created',
      data: { UnicornID: 1 },
    });
  });

  test('may send nothing: it is answered, logged, and sends nothing', async () => {
    expect(await post('task_created', '[]')).toMatchObject({ status: 200 });
    await gate().until('it is logged', () =>
      gate().lines.some(({ text }) => text.includes('"outcome":"empty"')),
    );
    await gate().settled();
    expect(await gate().depth('gatepost-task.fifo')).toBe(0);
  });

  test('may send two at once: two events, and the item itself is the data', async () => {
    expect(await post('task_created', '[{"TaskID":1},{"TaskID":2,"Rate":4.0000}]')).toMatchObject({
      status: 200,
    });
    const events = await gate().take('task', 2);
    expect(events.map(({ event }) => event.subject).sort()).toEqual(['1', '2']);
    expect(events.map(({ message }) => message.Body).join()).toContain('"Rate":4.0000');
  });

  test.each(['{"TaskID":1}', '["task"]'])(
    'sends an array of objects; %s is none, and is kept',
    async (body) => {
      expect(await post('task_created', body)).toMatchObject({ status: 200 });
      const [{ event } = {}] = await gate().take('unrecognized');
      expect(event).toMatchObject({ reason: 'not-understood', data: body });
    },
  );

  test('names its event in the URL; without it there is no such route', async () => {
    expect(await post('', '[{"TaskID":1}]')).toMatchObject({ status: 404 });
  });
});

describe('standard-webhooks', () => {
  const request = async (options: Parameters<typeof signedRequest>[2] = {}) => {
    await gate().setSecret('standard-webhooks', SECRET);
    await gate().localStack.interrupt('gatepost-ingest-standard-webhooks');
    return signedRequest('{"type":"contact.created","data":{"id":"c1"}}', SECRET, options);
  };
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  test.each([
    [6, 403],
    [-6, 403],
    [4, 200],
  ])('signed %d minutes ago it is answered with %d', async (minutes, status) => {
    expect(await gate().post('standard-webhooks', await request({ now: minutesAgo(minutes) }))).toMatchObject(
      { status },
    );
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'without %s it is refused',
    async (name) => {
      const { headers, body } = await request();
      const { [name]: _, ...others } = headers;
      expect(await gate().post('standard-webhooks', { headers: others, body })).toMatchObject({
        status: 401,
      });
    },
  );

  test('a thousand signatures are not tried', async () => {
    const { headers, body } = await request();
    const signatures = `${'v1,AAAA '.repeat(600)}${headers['webhook-signature']}`;
    const answer = await gate().post('standard-webhooks', {
      headers: { ...headers, 'webhook-signature': signatures },
      body,
    });
    expect(answer).toMatchObject({ status: 401 });
  });
});

describe('slack, a declaration', () => {
  const post = async (body: object) => {
    await gate().setSecret('slack', SECRET);
    await gate().localStack.interrupt('gatepost-ingest-slack');
    const text = JSON.stringify(body);
    const time = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', SECRET).update(`v0:${time}:${text}`).digest('hex');
    return gate().post('slack', {
      headers: { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${signature}` },
      body: text,
    });
  };

  test('proves that the URL is ours: its challenge is answered', async () => {
    expect(await post({ type: 'url_verification', challenge: 'say this' })).toMatchObject({
      status: 200,
      body: { challenge: 'say this' },
    });
  });

  test('sends what its declaration names', async () => {
    const event = { type: 'channel_created', channel: { id: 'C1', name: 'fun' } };
    await post({ type: 'event_callback', event_id: 'Ev1', event_time: Math.floor(Date.now() / 1000), event });
    const [{ event: out } = {}] = await gate().take('channel');
    expect(out).toMatchObject({ type: 'slack.channel.created', subject: 'C1', data: event });
  });

  test('that lacks a header which its template names is refused', async () => {
    const answer = await gate().post('slack', {
      headers: { 'x-slack-signature': `v0=${'a'.repeat(64)}` },
      body: '{}',
    });
    expect(answer).toMatchObject({ status: 401 });
  });
});
