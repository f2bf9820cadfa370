import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { declarationText } from '../../../cli/verify/declaration.ts';
import { guessScheme, seenIn } from '../../../cli/verify/guess.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import { aRequest } from '../../lambdas/support/deliveries.ts';
import { reasonOf } from '../../lambdas/support/rejections.ts';
import { describeWith, sharedFolder } from '../../lambdas/support/shared-folder.ts';
import { secretsOf } from '../../lambdas/support/tampering.ts';

const FOLDER = 'senders/vectors';

/** The provider that each sender needs, and settings by which one sees that the guess is no accident. */
const EXPECTED: Readonly<Record<string, readonly [provider: string, options: object]>> = {
  adyen: ['hmac', { items: 'body:notificationItems', secretEncoding: 'hex' }],
  'adyen-banking': ['hmac', { header: 'hmacsignature', secretEncoding: 'hex', encoding: 'base64' }],
  bitbucket: ['hmac', { header: 'x-hub-signature', prefix: 'sha256=' }],
  box: [
    'hmac',
    { signedContent: '{body}{box-delivery-timestamp}', timestamp: 'header:box-delivery-timestamp' },
  ],
  calendly: ['hmac', { signatureKey: 'v1', signedContent: '{calendly-webhook-signature.t}.{body}' }],
  chargebee: ['token', { token: 'header:authorization', tokenForm: 'basic' }],
  clerk: ['standard-webhooks', { headerPrefix: 'svix-' }],
  'coinbase-commerce': ['hmac', { header: 'x-cc-webhook-signature' }],
  docusign: ['hmac', { signature: 'header:x-docusign-signature-*', encoding: 'base64' }],
  dropbox: ['hmac', { header: 'x-dropbox-signature' }],
  gitea: ['hmac', { header: 'x-gitea-signature', eventName: 'header:x-gitea-event' }],
  github: ['hmac', { header: 'x-hub-signature-256', prefix: 'sha256=' }],
  'github-2': ['hmac', { header: expect.stringMatching(/^x-hub-signature/) }],
  'gitlab-token': ['token', { token: 'header:x-gitlab-token' }],
  hubspot: ['hmac', { signedContent: '{secret}{body}' }],
  intercom: ['hmac', { header: 'x-hub-signature', algorithm: 'sha1' }],
  'jira-atlassian': ['hmac', { header: 'x-hub-signature' }],
  line: ['hmac', { encoding: 'base64' }],
  linear: ['hmac', { header: 'linear-signature' }],
  mailgun: [
    'hmac',
    { signedContent: '{body:signature.timestamp}{body:signature.token}', unsignedBody: true },
  ],
  'meta-whatsapp': ['hmac', { header: 'x-hub-signature-256' }],
  notion: ['hmac', { header: 'x-notion-signature' }],
  openai: ['standard-webhooks', {}],
  paddle: ['hmac', { signatureKey: 'h1', signedContent: '{paddle-signature.ts}:{body}' }],
  'paddle-2': ['hmac', { signatureKey: 'h1', signedContent: '{paddle-signature.ts}:{body}' }],
  pagerduty: ['hmac', { header: 'x-pagerduty-signature' }],
  plaid: ['jwt', { token: 'header:plaid-verification', bodyHashClaim: 'request_body_sha256' }],
  razorpay: ['hmac', { header: 'x-razorpay-signature' }],
  resend: ['standard-webhooks', { headerPrefix: 'svix-' }],
  sendgrid: ['public-key', { algorithm: 'ecdsa-sha256' }],
  sentry: ['hmac', { header: 'sentry-hook-signature' }],
  shopify: ['hmac', { encoding: 'base64', eventName: 'header:x-shopify-topic' }],
  slack: ['hmac', { prefix: 'v0=', signedContent: 'v0:{x-slack-request-timestamp}:{body}' }],
  square: ['hmac', { signedContent: '{url}{body}' }],
  'square-2': ['hmac', { signedContent: '{url}{body}' }],
  'standard-webhooks': ['standard-webhooks', {}],
  stripe: ['hmac', { signatureKey: 'v1', signedContent: '{stripe-signature.t}.{body}' }],
  twilio: ['hmac', { signedContent: '{url}{form:sorted}', bodyForm: 'form', algorithm: 'sha1' }],
  typeform: ['hmac', { prefix: 'sha256=', encoding: 'base64' }],
  vercel: ['hmac', { algorithm: 'sha1' }],
  woocommerce: ['hmac', { encoding: 'base64' }],
  workos: ['hmac', { signatureKey: 'v1', signedContent: '{workos-signature.t}.{body}' }],
  zoom: ['hmac', { signedContent: 'v0:{x-zm-request-timestamp}:{body}' }],
};

/** Signed over a CRC and the webhook's id, with a certificate: no provider says it with this secret. */
const INEXPRESSIBLE = ['paypal'];

interface Vector {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secret: unknown;
  readonly url?: string | null;
  readonly method: string;
  readonly now?: number;
}

describeWith(FOLDER, 'each vector that somebody else signed is guessed', () => {
  const read = (sender: string) => requestOf(vectorOf(sender));
  const vectorOf = (sender: string) =>
    JSON.parse(readFileSync(join(sharedFolder(FOLDER), `${sender}.json`), 'utf8'));
  const requestOf = ({ headers, body, secret, url, method, now }: Vector) => {
    const request = aRequest(body, {
      headers,
      method,
      url: url ?? 'https://receiver.example/hook',
      // A token's time is checked by the clock.
      ...(now !== undefined && { receivedAt: new Date(now * 1000) }),
    });
    return { request, secret: typeof secret === 'object' ? keyOf(secret) : String(secret) };
  };
  const keyOf = (secret: unknown) => (Array.isArray(secret) ? String(secret[0]) : JSON.stringify(secret));

  test.each(Object.entries(EXPECTED))('%s', async (sender, [provider, options]) => {
    const { request, secret } = read(sender);
    const { guess } = await guessScheme(request, secret);
    expect(guess).toMatchObject({ provider, options });
    if (guess === undefined) return;
    expect(declarationText(guess)).toContain(`provider: '${provider}'`);

    // With another secret the declaration refuses it. Public keys are in the declaration.
    if ('publicKeys' in guess.options) return;
    const found = providerNamed(guess.provider);
    const settings = parseSettings(found.settings, sender, guess.options);
    const another = secretsOf(`${secret.slice(0, -2)}Zz`);
    const refused = await reasonOf(() => found.authenticate(request, settings as never, another));
    expect(refused).toMatch(/^(?:signature-mismatch|secret-unset)$/);
  });

  const more = Object.keys(EXPECTED).flatMap((sender) => {
    const others: unknown = vectorOf(sender).more;
    return Array.isArray(others) ? others.map((vector, index) => ({ sender, index, vector })) : [];
  });
  // No setting says that the sender signs port 80, or spells the query in another way. Beside a signed URL, a body that
  // is no JSON is refused.
  const isDeclarable = ({ vector }: (typeof more)[number]) =>
    !/:80$|apostrophe/.test(vector.note ?? '') &&
    !['', "{'example_field':'example_value'}"].includes(vector.body);

  test.each(more.filter(isDeclarable))('$sender, and its further vector $index', async ({ vector }) => {
    const { request, secret } = requestOf(vector);
    expect((await guessScheme(request, secret)).guess).toBeDefined();
  });

  test('there is no vector that this test does not know', () => {
    const senders = readdirSync(sharedFolder(FOLDER)).map((file) => file.replace(/\.json$/, ''));
    expect(senders.filter((name) => !(name in EXPECTED) && !INEXPRESSIBLE.includes(name))).toEqual([]);
  });
});

describe('a guess', () => {
  const BODY = '{"event":"order.paid","id":7}';
  const SECRET = 'a secret, long enough';

  test('is a declaration as it stands in bin/gatepost.ts', async () => {
    const headers = {
      'x-shop-time': '1700000000',
      'x-shop-signature': `v1=${createHmac('sha512', SECRET).update(`1700000000.${BODY}`).digest('base64')}`,
    };
    const { guess } = await guessScheme(aRequest(BODY, { headers }), SECRET);
    if (guess === undefined) throw new Error('nothing was guessed');
    expect(declarationText(guess)).toBe(
      [
        "'my-saas': {",
        "  provider: 'hmac',",
        "  name: 'my-saas', // to fill in: the name of the SaaS, in lower case",
        "  catalogue: { 'thing.created': 'thing.created' }, // to fill in: each event’s name, and what it means",
        "  eventName: 'body:event', // to check: the place of the event’s name",
        "  header: 'x-shop-signature',",
        "  prefix: 'v1=',",
        "  algorithm: 'sha512',",
        "  encoding: 'base64',",
        "  signedContent: '{x-shop-time}.{body}',",
        "  timestamp: 'header:x-shop-time',",
        "  // eventId: to fill in: the place of the event’s id: 'body:id'?",
        "  // entityId: to fill in: the place of the entity’s id: 'body:id'?",
        '},',
      ].join('\n'),
    );
  });

  test('of ed25519, with the public key in hex', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    const headers = {
      'x-signature-timestamp': '1700000000',
      'x-signature-ed25519': sign(null, Buffer.from(`1700000000${BODY}`), privateKey).toString('hex'),
    };
    const key = Buffer.from(x, 'base64url').toString('hex');
    expect((await guessScheme(aRequest(BODY, { headers }), key)).guess).toMatchObject({
      provider: 'public-key',
      options: { algorithm: 'ed25519', encoding: 'hex', signedContent: '{x-signature-timestamp}{body}' },
    });
  });

  test('never shows a private key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const headers = { 'x-signature': sign(null, Buffer.from(BODY), privateKey).toString('base64') };
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect((await guessScheme(aRequest(BODY, { headers }), pem)).guess).toBeUndefined();
  });

  test('is none where nothing fits', async () => {
    const headers = { 'x-signature': createHmac('sha256', 'another').update(BODY).digest('hex') };
    const { guess, tried } = await guessScheme(aRequest(BODY, { headers }), SECRET);
    expect(guess).toBeUndefined();
    expect(tried).toBeGreaterThan(20);
  });

  const signed = (body: string, key = SECRET) => ({
    'x-signature': createHmac('sha256', key).update(body).digest('hex'),
  });

  test('of a body that is a list has its places in the items', async () => {
    const body = '[{"event_type":"order.paid","id":7},{"event_type":"order.paid","id":8}]';
    const { guess } = await guessScheme(aRequest(body, { headers: signed(body) }), SECRET);
    expect(guess).toMatchObject({ options: { items: 'body', eventName: 'item:event_type' } });
    expect(guess?.hints).toMatchObject({
      eventId: expect.stringContaining("'item:id'"),
      eventName: expect.stringMatching(/^to check/),
    });
    const { settings, interpret } = providerNamed('hmac');
    const parsed = parseSettings(settings, 'my-saas', guess?.options);
    expect(interpret({ body, headers: {}, path: {} }, parsed as never)).toHaveLength(2);
  });

  test('of a list with the name in a header, and of a token', async () => {
    const body = '[{"id":7}]';
    const headers = { ...signed(body), 'x-shop-topic': 'orders' };
    expect((await guessScheme(aRequest(body, { headers }), SECRET)).guess).toMatchObject({
      provider: 'hmac',
      options: { items: 'body', eventName: 'header:x-shop-topic' },
    });
    const token = { 'x-token': SECRET };
    expect((await guessScheme(aRequest(body, { headers: token }), SECRET)).guess).toMatchObject({
      provider: 'token',
      options: { items: 'body', eventName: 'item:type', token: 'header:x-token' },
      hints: { eventName: expect.stringMatching(/^to fill in/) },
    });
  });

  test('of JSON in a field of a form has the places of that JSON', async () => {
    const body = `payload=${encodeURIComponent(BODY)}`;
    const headers = { ...signed(body), 'content-type': 'application/x-www-form-urlencoded' };
    expect((await guessScheme(aRequest(body, { headers }), SECRET)).guess).toMatchObject({
      options: { bodyForm: 'form:payload', eventName: 'body:event' },
    });
  });

  test('names no place as a fact that the body does not have', async () => {
    const body = '{"data":{"id":"7"},"customerId":"8"}';
    const { guess } = await guessScheme(aRequest(body, { headers: signed(body) }), SECRET);
    if (guess === undefined) throw new Error('nothing was guessed');
    const text = declarationText(guess);
    expect(text).toMatch(/eventName: 'body:type', \/\/ to fill in: .*this request has nothing there/);
    expect(text).toContain(
      "entityId: to fill in: the place of the entity’s id: 'body:data.id' or 'body:customerId'",
    );
    expect(guess.open).toEqual(['name', 'catalogue', 'eventName', 'eventId', 'entityId']);
  });

  test('finds the name also one level below', async () => {
    const body = '{"event-data":{"event":"opened"},"user":{"name":"ada"}}';
    const { guess } = await guessScheme(aRequest(body, { headers: signed(body) }), SECRET);
    expect(guess).toMatchObject({
      options: { eventName: 'body:event-data.event' },
    });
  });

  test('of Standard Webhooks names its own settings', async () => {
    const body = '{"event":"order.paid","data":{"id":"7"}}';
    const key = Buffer.alloc(32, 7);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${createHmac('sha256', key).update(`msg_1.1700000000.${body}`).digest('base64')}`,
    };
    const secret = `whsec_${key.toString('base64')}`;
    const { guess } = await guessScheme(aRequest(body, { headers }), secret);
    expect(guess).toMatchObject({ provider: 'standard-webhooks', options: { typeField: 'event' } });
    expect(guess?.hints.entityIdField).toContain("'data.id'");
  });

  test('tries the secret with a line break, and the body as it was before it was written anew', async () => {
    const ofSecret = await guessScheme(aRequest(BODY, { headers: signed(BODY, `${SECRET}\n`) }), SECRET);
    expect(ofSecret.guess).toMatchObject({
      options: { header: 'x-signature' },
      change: { code: 'secret-with-line-break' },
    });
    const indented = JSON.stringify(JSON.parse(BODY), undefined, 2);
    const ofBody = await guessScheme(aRequest(indented, { headers: signed(BODY) }), SECRET);
    expect(ofBody.guess).toMatchObject({ change: { code: 'body-compact-json' } });
  });

  test('that finds nothing has seen places and forms, never a value', () => {
    const headers = { ...signed(BODY), 'x-time': '1700000000', authorization: 'Bearer aaaaaaaa.bbbb.cccc' };
    expect(seenIn(aRequest(BODY, { headers }))).toEqual([
      'header:x-signature: hex of 32 bytes',
      'header:authorization: a JSON Web Token',
      'header:x-time: a time',
    ]);
  });
});
