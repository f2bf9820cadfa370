import { createHash, createHmac, type KeyObject, randomUUID, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { SignedRequest } from '../../senders/sender.ts';
import { signSns, snsHandshake, snsNotification, snsRequest } from '../../senders/sns.ts';
import { BANK_KEY, BOT_KEY, STRANGE_KEY, TOPIC } from './support/declared-sources.ts';
import { gateUnderTest, type PostedRequest } from './support/gate-under-test.ts';

// The generic providers beside `hmac` and `standard-webhooks`, each from POST to queue: their sources are declared in app.ts.

const gate = gateUnderTest();
const SECRET = 'the secret of those that sign in their own ways';

const setSecret = async (source: string) => {
  await gate().setSecret(source, SECRET);
  await gate().localStack.interrupt(`gatepost-ingest-${source}`);
};

const body = () => JSON.stringify({ type: 'contact.created', id: randomUUID(), data: { id: 'c1' } });

const token = (text: string, secret = SECRET): PostedRequest => ({
  headers: { 'x-gitlab-token': secret },
  body: text,
});

const bot = (text: string, key: KeyObject = BOT_KEY.privateKey): PostedRequest => {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = sign(null, Buffer.from(time + text), key).toString('hex');
  return { headers: { 'x-signature-timestamp': time, 'x-signature-ed25519': signature }, body: text };
};

const bank = async (text: string, key: KeyObject = BANK_KEY.privateKey): Promise<PostedRequest> => {
  const claims = { request_body_sha256: createHash('sha256').update(text).digest('hex') };
  const jwt = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).setIssuedAt().sign(key);
  return { headers: { 'x-verification': jwt }, body: text };
};

const sns = (text: string, topic = TOPIC): SignedRequest =>
  snsRequest(signSns(snsNotification(topic, text), gate().localStack.pki.sns.key));

const meta = (text: string, secret = SECRET): PostedRequest => ({
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}` },
  body: text,
});

const otherBody = (request: PostedRequest): PostedRequest => ({ ...request, body: body() });
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
    bot,
    async (text) => [
      [bot(text, STRANGE_KEY.privateKey), 401],
      [otherBody(bot(text)), 401],
      [bare(bot(text)), 401],
    ],
  ],
  [
    'jwt',
    bank,
    async (text) => [
      [await bank(text, STRANGE_KEY.privateKey), 401],
      [otherBody(await bank(text)), 401],
      [bare(await bank(text)), 401],
    ],
  ],
  [
    'sns',
    sns,
    async (text) => [
      [{ ...sns(text), body: sns(text).body.toString().replace('c1', 'c2') }, 401],
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
    const request = await genuine(body());
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
    for (const [request, status] of await forged(body())) {
      expect(await gate().post(source, request)).toMatchObject({ status });
    }
    const sent = gate()
      .aws.calls.slice(calls)
      .map(({ action }) => action);
    expect(sent).not.toContain('SendMessage');
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
