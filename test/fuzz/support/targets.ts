import { createHmac, generateKeyPairSync, hash, sign as signBy } from 'node:crypto';
import fc from 'fast-check';
import type { ProviderName } from '../../../lambdas/providers/index.ts';
import type { SourceProps } from '../../../lib/sources.ts';
import { altoviz } from '../../../senders/altoviz.ts';
import { augustus } from '../../../senders/augustus.ts';
import { avaza } from '../../../senders/avaza.ts';
import { hmac } from '../../../senders/hmac.ts';
import { innerMessage, ivvy, ivvyTopic, signInner, signSns } from '../../../senders/ivvy.ts';
import { ivy } from '../../../senders/ivy.ts';
import type { Pki } from '../../../senders/pki.ts';
import { readSample, sampleNames } from '../../../senders/samples.ts';
import type { Sender } from '../../../senders/sender.ts';
import { type SnsFields, snsHandshake, snsNotification } from '../../../senders/sns.ts';
import { standardWebhooks } from '../../../senders/standard-webhooks.ts';
import { acme, github, shopify, slack, stripe } from '../../lambdas/providers/hmac/declarations.ts';
import { changedJson, hostileText, MARKER } from './hostile.ts';

/** A source to be attacked. */
export interface Target {
  readonly name: string;
  readonly provider: ProviderName;
  readonly settings: object;
  readonly secret: string;
  /** What only the provider can send: of any content, and rightly signed. */
  readonly genuine: fc.Arbitrary<Sent>;
  /** A payload as the provider writes it. */
  readonly payload: string;
  /** Delivers a payload, rightly signed. */
  deliver(payload: string): Sent;
}

/** A POST as the function gets it from API Gateway. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Without the question mark. Default: none. */
  readonly query?: string;
}

/** A source of every provider, and the senders that `docs/providers.md` declares. */
export const readTargets = async (pki: Pki): Promise<readonly Target[]> => [
  {
    name: 'ivvy',
    provider: 'ivvy',
    settings: { accountIds: ['14'] },
    secret: '',
    genuine: fromIvvy(pki, await bodiesOf(ivvy, pki)),
    payload: (await readSample(ivvy, ivvy.defaultEvent)).payload ?? '',
    deliver: (payload) => ({
      headers: {},
      path: {},
      body: ivvy.sign({ event: ivvy.defaultEvent, payload }, pki).body,
    }),
  },
  signing('ivy', 'ivy', {}, await bodiesOf(ivy, SECRET), (body) => ({
    'x-ivy-signature': sign(SECRET, body, 'hex'),
  })),
  signing(
    'augustus',
    'augustus',
    {},
    await bodiesOf(augustus, WHSEC),
    (body) => standard('webhook-', body),
    WHSEC,
  ),
  signing('altoviz', 'altoviz', {}, await bodiesOf(altoviz, SECRET), (body) => ({
    'x-signature': sign(SECRET, body, body.length % 2 === 0 ? 'hex' : 'base64'),
  })),
  signing('avaza', 'avaza', {}, await bodiesOf(avaza, SECRET), () => ({
    authorization: `Basic ${Buffer.from(SECRET).toString('base64')}`,
  })),
  declaring(acme, await bodiesOf(standardWebhooks, WHSEC), (body) => standard('webhook-', body), WHSEC),
  declaring(github, await bodiesOf(hmac, SECRET), (body) => ({
    'x-github-event': 'issues',
    'x-github-delivery': `${body.length}`,
    'x-hub-signature-256': `sha256=${sign(SECRET, body, 'hex')}`,
  })),
  declaring(stripe, [STRIPE], (body) => ({
    'stripe-signature': `t=${seconds()},v1=${sign(SECRET, [`${seconds()}.`, body], 'hex')}`,
  })),
  declaring(slack, SLACK, (body) => ({
    'x-slack-request-timestamp': seconds(),
    'x-slack-signature': `v0=${sign(SECRET, [`v0:${seconds()}:`, body], 'hex')}`,
  })),
  declaring(shopify, ['{"id":7,"note":"x"}'], (body) => ({
    'x-shopify-topic': 'orders/create',
    'x-shopify-triggered-at': new Date().toISOString(),
    'x-shopify-hmac-sha256': sign(SECRET, body, 'base64'),
  })),
  signing('bot', 'public-key', BOT, [EVENT], (body) => ({
    'x-signature-timestamp': seconds(),
    'x-signature-ed25519': signBy(
      null,
      Buffer.concat([Buffer.from(seconds()), body]),
      ED25519.privateKey,
    ).toString('hex'),
  })),
  signing('bank', 'jwt', BANK, [EVENT], (body) => ({ 'x-verification': jwtFor(body) })),
  signing('gitlab', 'token', GITLAB, [EVENT], () => ({ 'x-gitlab-token': SECRET })),
  fromTopic(pki),
  signing('list', 'hmac', LIST, [EVENTS], (body) => ({ 'x-signature': sign(SECRET, body, 'hex') })),
  signing('decoded', 'hmac', DECODED, [EVENT], (body) => ({
    'x-signature': sign(SECRET, decodedBytes(body), 'hex'),
  })),
  {
    ...signing('query', 'hmac', IN_QUERY, [EVENT], () => ({})),
    genuine: changedBody(EVENT).map((body): Sent => ({ ...inQuery(body), headers: {}, path: {} })),
    deliver: (payload) => ({ ...inQuery(Buffer.from(payload)), headers: {}, path: {} }),
  },
  {
    ...signing('mail', 'hmac', IN_BODY, [EVENT], () => ({})),
    genuine: changedJson(EVENT).map((event): Sent => ({ headers: {}, path: {}, body: withProof(event) })),
    deliver: (payload) => ({ headers: {}, path: {}, body: withProof(payload) }),
  },
  {
    ...signing('form', 'hmac', FORM, [EVENT], () => ({})),
    genuine: formText.map((text): Sent => formOf(text)),
    // A comma may stand in a form as it is.
    deliver: (payload) =>
      formOf(`Type=a.created&Data=${payload.replaceAll('%', '%25').replaceAll('&', '%26')}`),
  },
];

/** The settings that the declarations below share. */
const COMMON = { catalogue: { 'a.created': 'a.created' }, eventName: 'body:type', eventId: 'body:id' };
const EVENT = JSON.stringify({ type: 'a.created', id: 'e1', data: { id: 7, note: 'x', list: [{ n: 1.5 }] } });
const EVENTS = JSON.stringify({
  events: [1, 2, 3].map((id) => ({ type: 'a.created', id, at: 1_700_000_000, data: { id } })),
});

const ED25519 = generateKeyPairSync('ed25519');
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const BOT = {
  ...COMMON,
  name: 'bot',
  signature: 'header:x-signature-ed25519',
  algorithm: 'ed25519',
  encoding: 'hex',
  publicKeys: [ED25519.publicKey.export({ type: 'spki', format: 'pem' })],
  signedContent: '{x-signature-timestamp}{body}',
  timestamp: 'header:x-signature-timestamp',
};
const BANK = {
  ...COMMON,
  name: 'bank',
  token: 'header:x-verification',
  algorithms: ['ES256'],
  publicKeys: [JSON.stringify(P256.publicKey.export({ format: 'jwk' }))],
  bodyHashClaim: 'request_body_sha256',
  maxAge: 300,
};
const GITLAB = { ...COMMON, name: 'gitlab', token: 'header:x-gitlab-token' };
const TOPIC = 'arn:aws:sns:ap-southeast-2:123456789012:orders';
const ORDERS = { ...COMMON, name: 'orders', topicArns: [TOPIC] };
const LIST = {
  ...COMMON,
  name: 'list',
  header: 'x-signature',
  items: 'body:events',
  eventName: 'item:type',
  eventId: 'item:id',
};
/** Signs the body before it gets a byte order mark. */
const DECODED = { ...COMMON, name: 'decoded', header: 'x-signature', signedBytes: 'decoded' };
const MARK = Buffer.from('\ufeff');
const decodedBytes = (body: Buffer): Buffer =>
  body.subarray(0, MARK.length).equals(MARK) ? body.subarray(MARK.length) : body;
const IN_QUERY = { ...COMMON, name: 'query', signature: 'query:sig', encoding: 'base64' };
const IN_BODY = {
  ...COMMON,
  name: 'mail',
  signature: 'body:proof.signature',
  signedContent: '{body:proof.timestamp}{body:proof.token}',
  unsignedBody: true,
  timestamp: 'body:proof.timestamp',
  eventName: 'body:event.type',
  eventId: 'body:event.id',
};
const FORM = {
  ...COMMON,
  name: 'form',
  header: 'x-signature',
  bodyForm: 'form',
  signedContent: '{url}{form:sorted}',
  url: 'https://hooks.example.com/form',
  eventName: 'body:Type',
  eventId: 'body:Id',
};

/** A JSON Web Token of the bank, for a body. */
const jwtFor = (body: Buffer): string => {
  const claims = { iat: Number(seconds()), request_body_sha256: hash('sha256', body) };
  const content = [{ alg: 'ES256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = signBy('sha256', Buffer.from(content), {
    key: P256.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
};

const changedBody = (text: string): fc.Arbitrary<Buffer> => changedJson(text).chain((json) => bytesOf(json));

const inQuery = (body: Buffer) => ({
  body,
  query: new URLSearchParams({ a: 'b', sig: sign(SECRET, body, 'base64') }).toString(),
});

/** A body with an event that is not signed, and a proof that the sender has the secret. */
const withProof = (event: string): Buffer => {
  const [timestamp, token] = [seconds(), 'a-token'];
  const proof = { timestamp, token, signature: sign(SECRET, [timestamp, token], 'hex') };
  return Buffer.from(`{"proof":${JSON.stringify(proof)},"event":${event || 'null'}}`);
};

/** A form as a browser writes it, or almost. What is logged holds no {@link MARKER}. */
const formText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom('Type', 'Id'), fc.constantFrom('a.created', 'x', '', '7')),
      fc.tuple(
        fc.oneof(hostileText(40), fc.constantFrom('__proto__', 'constructor', 'Data', 'Data')),
        hostileText(300).map((text) => text + MARKER),
      ),
    ),
    { maxLength: 6 },
  )
  .chain((fields) =>
    fc.constantFrom(
      new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
      fields.map((field) => field.join('=')).join('&'),
      `Type=a.created&${fields.map((field) => field.join('=')).join('&')}`,
    ),
  );

/** Signed as Twilio does it: the URL, and the fields sorted by their names and values. */
const formOf = (text: string): Sent => {
  const body = Buffer.from(text);
  const fields = [...new URLSearchParams(body.toString())].map(([name, value]) => [
    Buffer.from(name),
    Buffer.from(value),
  ]);
  const sorted = fields.sort(
    ([name = NOTHING, value = NOTHING], [otherName = NOTHING, otherValue = NOTHING]) =>
      Buffer.compare(name, otherName) || Buffer.compare(value, otherValue),
  );
  const once = [
    ...new Map(sorted.map((field) => [field.map((part) => part.toString('hex')).join('='), field])).values(),
  ];
  return {
    headers: { 'x-signature': sign(SECRET, [FORM.url, ...once.flat()], 'hex') },
    path: {},
    body,
  };
};

const NOTHING = Buffer.alloc(0);

/** Any topic of SNS: what is published is changed before SNS signs it, and so are the fields. */
function fromTopic(pki: Pki): Target {
  const notification = fc
    .tuple(fc.oneof({ weight: 5, arbitrary: changedJson(EVENT) }, { weight: 1, arbitrary: hostileText(200) }))
    .chain(([message]) =>
      fc.option(hostileText(100), { nil: undefined }).map((subject) => ({
        ...snsNotification(TOPIC, message),
        ...(subject !== undefined && { Subject: subject }),
      })),
    );
  const handshake = fc
    .constantFrom('SubscriptionConfirmation' as const, 'UnsubscribeConfirmation' as const)
    .map((type) => snsHandshake(type, TOPIC));
  return {
    name: 'orders',
    provider: 'sns',
    settings: ORDERS,
    secret: '',
    genuine: signedBySns(
      pki,
      fc.oneof({ weight: 8, arbitrary: notification }, { weight: 1, arbitrary: handshake }),
    ),
    payload: EVENT,
    deliver: (payload) => ({
      headers: {},
      path: {},
      body: Buffer.from(JSON.stringify(signSns(snsNotification(TOPIC, payload), pki.sns.key))),
    }),
  };
}

const SECRET = `${MARKER}-secret`;
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;

const LONG_AGO = '1700000000';

const STRIPE = JSON.stringify({
  id: 'evt_1',
  type: 'invoice.paid',
  created: Number(LONG_AGO),
  data: { object: { id: 'in_1', amount: 4.5, lines: [{ id: 1 }, { id: 2 }] } },
});
const SLACK = [
  {
    type: 'event_callback',
    event_id: 'Ev1',
    event_time: Number(LONG_AGO),
    event: { type: 'message', user: 'U1' },
  },
  { type: 'event_callback', event_id: 'Ev2', event: { type: 'channel_created', channel: { id: 'C1' } } },
  { type: 'url_verification', challenge: 'abc' },
].map((body) => JSON.stringify(body));

const seconds = (): string => String(Math.floor(Date.now() / 1000));

const sign = (
  key: string | Buffer,
  content: Buffer | readonly (string | Buffer)[],
  encoding: 'hex' | 'base64',
) => {
  const hash = createHmac('sha256', key);
  for (const part of Buffer.isBuffer(content) ? [content] : content) hash.update(part);
  return hash.digest(encoding);
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const standard = (prefix: string, body: Buffer) => {
  const [id, timestamp] = [`msg.${body.length}`, seconds()];
  return {
    [`${prefix}id`]: id,
    [`${prefix}timestamp`]: timestamp,
    [`${prefix}signature`]: `v1,${sign(Buffer.from(SECRET), [`${id}.${timestamp}.`, body], 'base64')}`,
  };
};

/** The body of each of a provider's samples. */
const bodiesOf = async (sender: Sender, signer: string | Pki): Promise<readonly string[]> => {
  const names = [...(await sampleNames(sender.provider)), ...sender.handshakes];
  const samples = await Promise.all(names.map((event) => readSample(sender, event)));
  return samples.map((sample) => sender.sign(sample, signer as never).body.toString());
};

const signing = (
  name: string,
  provider: ProviderName,
  settings: object,
  bodies: readonly string[],
  headersFor: (body: Buffer) => Readonly<Record<string, string>>,
  secret = SECRET,
): Target => ({
  name,
  provider,
  settings,
  secret,
  genuine: fc
    .tuple(
      fc
        .constantFrom(...bodies)
        .chain(changedJson)
        .chain(bytesOf),
      fc.oneof(fc.constantFrom('company_created', 'invoice_sent', 'timesheet_deleted'), hostileText(300)),
      fc.boolean(),
    )
    .map(([body, event, named]): Sent => ({ headers: headersFor(body), path: named ? { event } : {}, body })),
  // What happened years ago is turned away.
  payload: (bodies[0] ?? '').replace(LONG_AGO, seconds()),
  deliver: (payload) => {
    const body = Buffer.from(payload);
    return { headers: headersFor(body), path: { event: 'company_created' }, body };
  },
});

const declaring = (
  { provider, ...settings }: SourceProps & { readonly name: string },
  bodies: readonly string[],
  headersFor: (body: Buffer) => Readonly<Record<string, string>>,
  secret?: string,
): Target => {
  return signing(settings.name, provider, settings, bodies, headersFor, secret);
};

/** A text as a body: mostly as it is, else with bytes in it that are no UTF-8, or with a mark in front. */
const bytesOf = (text: string): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(Buffer.from(text)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat({ max: text.length }), fc.uint8Array({ minLength: 1, maxLength: 4 }))
        .map(([at, bytes]) =>
          Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))]),
        ),
    },
    { weight: 1, arbitrary: fc.constant(Buffer.from(`\ufeff${text}`)) },
  );

/** iVvy's are JSON in JSON in JSON, signed twice: each level is changed before it is signed. */
const fromIvvy = (pki: Pki, bodies: readonly string[]): fc.Arbitrary<Sent> => {
  const notifications = bodies
    .map((body) => JSON.parse(body) as Readonly<Record<string, string>>)
    .filter(({ Type }) => Type === 'Notification')
    .map(({ Message = '' }) => JSON.parse(Message) as Readonly<Record<string, string>>);
  const inner = fc
    .constantFrom(...notifications)
    .chain(({ Subject = '', Body = '' }) => changedJson(Body).map((payload) => [Subject, payload] as const))
    .map(([event, payload]) => signInner({ ...innerMessage({ event }), Body: payload }, pki.ivvy.key));
  const notification = inner
    .chain((message) => fc.oneof(changedJson(JSON.stringify(message)), fc.constant(JSON.stringify(message))))
    .chain((message) =>
      fc.option(hostileText(100), { nil: undefined }).map((subject) => ({
        ...snsNotification(ivvyTopic(), message),
        ...(subject !== undefined && { Subject: subject }),
      })),
    );
  const handshake = fc
    .constantFrom('SubscriptionConfirmation' as const, 'UnsubscribeConfirmation' as const)
    .map((type) => snsHandshake(type, ivvyTopic()));
  return signedBySns(
    pki,
    fc.oneof({ weight: 8, arbitrary: notification }, { weight: 1, arbitrary: handshake }),
  );
};

/** Signed by SNS, now and then with a field changed before. */
const signedBySns = (pki: Pki, messages: fc.Arbitrary<SnsFields>): fc.Arbitrary<Sent> => {
  const changes = fc.dictionary(
    fc.constantFrom('MessageId', 'Timestamp', 'TopicArn', 'Token', 'SubscribeURL', 'SigningCertURL', 'Type'),
    fc.oneof(hostileText(300), fc.constant(MARKER), fc.constant(7)),
    { maxKeys: 1 },
  );
  return fc
    .tuple(messages, fc.option(changes, { nil: {}, freq: 4 }), fc.constantFrom('1' as const, '2' as const))
    .map(([fields, changed, version]) => ({
      headers: {},
      path: {},
      body: Buffer.from(JSON.stringify(signSns({ ...fields, ...changed }, pki.sns.key, version))),
    }));
};
