import { createHmac } from 'node:crypto';
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
import { snsHandshake, snsNotification } from '../../../senders/sns.ts';
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
];

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
  const changes = fc.dictionary(
    fc.constantFrom('MessageId', 'Timestamp', 'TopicArn', 'Token', 'SubscribeURL', 'SigningCertURL', 'Type'),
    fc.oneof(hostileText(300), fc.constant(MARKER), fc.constant(7)),
    { maxKeys: 1 },
  );
  return fc
    .tuple(
      fc.oneof({ weight: 8, arbitrary: notification }, { weight: 1, arbitrary: handshake }),
      fc.option(changes, { nil: {}, freq: 4 }),
      fc.constantFrom('1' as const, '2' as const),
    )
    .map(([fields, changed, version]) => ({
      headers: {},
      path: {},
      body: Buffer.from(JSON.stringify(signSns({ ...fields, ...changed }, pki.sns.key, version))),
    }));
};
