import { describe, expect, test } from '@jest/globals';
import { signSns, snsHandshake, snsRequest } from '../../senders/sns.ts';
import { isKeeping } from './support/aws-tap.ts';
import { byBank, byBot, byMeta, bySns, byToken, newBody } from './support/declared-senders.ts';
import { STRANGE_KEY, TOPIC } from './support/declared-sources.ts';
import { gateUnderTest, type PostedRequest } from './support/gate-under-test.ts';

// The generic providers beside `hmac` and `standard-webhooks`, each from POST to queue.

const gate = gateUnderTest();
const SECRET = 'the secret of those that sign in their own ways';

const setSecret = async (source: string) => {
  await gate().setSecret(source, SECRET);
  await gate().localStack.interrupt(`gatepost-ingest-${source}`);
};

const token = (text: string, secret = SECRET) => byToken(text, secret);
const meta = (text: string, secret = SECRET) => byMeta(text, secret);
const sns = (text: string, topic?: string) => bySns(text, gate().localStack.pki, topic);

const otherBody = (request: PostedRequest): PostedRequest => ({ ...request, body: newBody() });
const bare = ({ body: text = '' }: PostedRequest): PostedRequest => ({ body: text });

describe.each<
  readonly [
    source: string,
    genuine: (text: string) => PostedRequest | Promise<PostedRequest>,
    forged: (text: string) => Promise<readonly (readonly [PostedRequest, number])[]>,
  ]
>([
  [
    'token',
    token,
    async (text) => [
      [token(text, `${SECRET}x`), 401],
      [token(text, SECRET.slice(0, -1)), 401],
      [bare(token(text)), 401],
    ],
  ],
  [
    'public-key',
    byBot,
    async (text) => [
      [byBot(text, STRANGE_KEY.privateKey), 401],
      [otherBody(byBot(text)), 401],
      [bare(byBot(text)), 401],
    ],
  ],
  [
    'jwt',
    byBank,
    async (text) => [
      [await byBank(text, STRANGE_KEY.privateKey), 401],
      [otherBody(await byBank(text)), 401],
      [bare(await byBank(text)), 401],
    ],
  ],
  [
    'sns',
    sns,
    async (text) => [
      [{ ...sns(text), body: String(sns(text).body).replace('c1', 'c2') }, 401],
      [sns(text, `${TOPIC}-of-another`), 403],
      [{ body: text }, 400],
    ],
  ],
  [
    'meta',
    meta,
    async (text) => [
      [meta(text, `${SECRET}x`), 401],
      [otherBody(meta(text)), 401],
      [bare(meta(text)), 401],
    ],
  ],
])('%s', (source, genuine, forged) => {
  test('what is genuine comes out, and its repeat does not', async () => {
    if (source !== 'public-key' && source !== 'jwt' && source !== 'sns') await setSecret(source);
    const request = await genuine(newBody());
    for (const _ of ['first', 'again']) {
      expect(await gate().post(source, request)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    }
    await gate().settled();
    const [{ event } = {}] = await gate().take('contact');
    expect(event).toMatchObject({ entity: 'contact', action: 'created', subject: 'c1' });
    expect(event?.source).toBe(`/gatepost/${source}`);
    expect(await gate().depth('gatepost-contact.fifo')).toBe(0);
  });

  test('what is forged is turned away, and stored nowhere', async () => {
    const calls = gate().aws.calls.length;
    for (const [request, status] of await forged(newBody())) {
      expect(await gate().post(source, request)).toMatchObject({ status });
    }
    const sent = gate()
      .aws.calls.slice(calls)
      .filter((call) => !isKeeping(call))
      .map(({ action }) => action);
    expect(sent).not.toContain('SendMessageBatch');
  });
});

test('sns completes the handshake of its topic, and of no other', async () => {
  const { key } = gate().localStack.pki.sns;
  const handshake = (topic: string) =>
    snsRequest(signSns(snsHandshake('SubscriptionConfirmation', topic), key));
  expect(await gate().post('sns', handshake(TOPIC))).toMatchObject({
    status: 200,
    body: { status: 'confirmed' },
  });
  expect(gate().localStack.outside.confirmations.map(({ topicArn }) => topicArn)).toEqual([TOPIC]);
  expect(await gate().post('sns', handshake(`${TOPIC}-2`))).toMatchObject({ status: 403 });
  expect(gate().localStack.outside.confirmations).toHaveLength(1);
});

describe('a GET', () => {
  const verification = (token_: string, challenge = '1158201444') =>
    `?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': token_, 'hub.challenge': challenge })}`;

  test('that is the handshake is answered with its challenge as text', async () => {
    await setSecret('meta');
    const answer = await gate().post('meta', { method: 'GET', path: verification(SECRET) });
    // The text is the challenge alone, which happens to be a number.
    expect(answer).toMatchObject({ status: 200, body: 1158201444 });
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('with another secret, or that is not the handshake, is refused', async () => {
    await setSecret('meta');
    const get = async (path: string) => (await gate().post('meta', { method: 'GET', path })).status;
    expect(await get(verification(`${SECRET}x`))).toBe(401);
    expect(await get('?hub.mode=subscribe&hub.challenge=1')).toBe(401);
    expect(await get('')).toBe(400);
    expect(await get('?hub.mode=unsubscribe')).toBe(400);
  });

  test.each(['token', 'public-key', 'jwt', 'sns', 'hmac'])('has no route at %s', async (source) => {
    const { status } = await gate().post(source, { method: 'GET', path: verification(SECRET) });
    expect(status).toBe(404);
  });
});
