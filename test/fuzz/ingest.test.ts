import { isUtf8 } from 'node:buffer';
import { type GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../../lambdas/core/request.ts';
import { createIngest, type IngestEdges } from '../../lambdas/ingest/handler.ts';
import { secretsManager } from '../../lambdas/ingest/secrets-manager.ts';
import { type ProviderName, providerNamed } from '../../lambdas/providers/index.ts';
import { innerSignatureCheck } from '../../lambdas/providers/ivvy/inner-signature.ts';
import { createIvvy } from '../../lambdas/providers/ivvy/ivvy.ts';
import { ivvyAddressee } from '../../lambdas/providers/ivvy/topic.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { confirmSubscription } from '../../lambdas/providers/shared/sns/confirm-subscription.ts';
import { checkSnsEnvelope } from '../../lambdas/providers/shared/sns/envelope.ts';
import { verifySns } from '../../lambdas/providers/shared/sns/signature.ts';
import { createSns } from '../../lambdas/providers/sns/sns.ts';
import { ivvyTopic, signSns } from '../../senders/ivvy.ts';
import { snsNotification } from '../../senders/sns.ts';
import { aRequest } from '../lambdas/support/deliveries.ts';
import { ivvySource } from '../lambdas/support/ivvy.ts';
import { jwt } from '../lambdas/support/jwt.ts';
import { reasonOf } from '../lambdas/support/rejections.ts';
import { startWorld, type World } from '../lambdas/support/world.ts';
import { hostileJson, hostileText, MARKER, STRANGE_KEYS } from './support/hostile.ts';
import { COSTLY, largest } from './support/largest.ts';
import { expectNothingOf, watchOutput } from './support/output.ts';
import { withinTime } from './support/processor-time.ts';
import { fuzz, TIMEOUT_MS } from './support/runs.ts';
import { readTargets, type Sent, type Target } from './support/targets.ts';

let world: World;
let targets: readonly Target[];

beforeAll(async () => {
  world = await startWorld();
  targets = await readTargets(world.pki);
  await fetchCertificate();
}, 60_000);
afterAll(() => world.stop());

/** Lets iVvy's check of SNS signatures have the certificate, which it then keeps: on a busy machine it may take some tries. */
const fetchCertificate = async (): Promise<void> => {
  const text = JSON.stringify(signSns(snsNotification(ivvyTopic(), 'a message'), world.pki.sns.key));
  const envelope = checkSnsEnvelope(
    text,
    aRequest(text, { receivedAt: new Date() }),
    ivvyAddressee(ivvySource()),
  );
  for (let tries = 0; (await reasonOf(() => verifySns(envelope))) !== undefined; tries++) {
    if (tries === 10) throw new Error('the certificate of SNS can’t be had');
  }
};

/** A provider, and the hosts outside that it asks: they answer at once. */
const providerOf = (name: ProviderName): Provider<never> => {
  if (name === 'sns') {
    const confirm = async () => undefined;
    return createSns({ verify: verifySns, confirm }) as unknown as Provider<never>;
  }
  if (name === 'jwt') return jwt as unknown as Provider<never>;
  if (name !== 'ivvy') return providerNamed(name);
  const get = async () => ({ status: 200, text: world.pki.ivvy.publicKey });
  return createIvvy({
    verify: verifySns,
    confirm: (envelope) => confirmSubscription(envelope, get),
    checkInner: innerSignatureCheck(get),
  }) as Provider<never>;
};

/** The ingest function of a target, with an SQS that takes whatever it is sent. */
const start = ({ name, provider, settings, secret }: Target) => {
  Object.assign(process.env, {
    SOURCE: JSON.stringify({ name, provider, settings }),
    INTAKE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo',
    BODIES_BUCKET: 'bodies',
    SECRET_ARN: name,
  });
  const sqs = { send: async () => ({}) };
  const client = {
    send: async ({ input }: GetSecretValueCommand) => {
      if (input.VersionStage === 'AWSCURRENT') return { SecretString: secret, CreatedDate: new Date(0) };
      throw new ResourceNotFoundException({ message: 'there was none before', $metadata: {} });
    },
  };
  const secretVersions = (secretArn: string) =>
    secretsManager(secretArn, client as Parameters<typeof secretsManager>[1]);
  return createIngest(providerOf(provider), { sqs, secretVersions } as IngestEdges) as (
    event: APIGatewayProxyEventV2,
    context: Context,
  ) => Promise<APIGatewayProxyStructuredResultV2>;
};

/** The event that API Gateway makes of a POST: what can't be text is base64, and what can be may be. */
const eventOf = ({ headers, path, body, query = '' }: Sent, encoded: boolean): APIGatewayProxyEventV2 => {
  const isBase64Encoded = encoded || !isUtf8(body);
  return {
    headers: { ...headers },
    pathParameters: path,
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
    rawPath: '/hooks/mine',
    rawQueryString: query,
    requestContext: {
      http: { method: 'POST', sourceIp: '203.0.113.7' },
      domainName: 'id.execute-api.eu-west-1.amazonaws.com',
      timeEpoch: Date.now(),
    },
  } as unknown as APIGatewayProxyEventV2;
};

const STRANGE_HEADERS = [
  ...STRANGE_KEYS,
  ...['x-amz-sns-rawdelivery', 'x-amz-sns-message-type', 'authorization', 'content-type', 'x-signature'],
  ...['x-ivy-signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature', 'stripe-signature'],
  ...['x-signature-ed25519', 'x-signature-timestamp', 'x-verification', 'x-gitlab-token'],
  ...['x-slack-signature', 'x-slack-request-timestamp', 'x-shopify-hmac-sha256', 'x-hub-signature-256'],
];

/** Headers that anybody may send along. */
const hostileHeaders = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...STRANGE_HEADERS), hostileText(40)),
      fc.oneof(
        hostileText(8_000),
        fc.constantFrom(MARKER, `v1,${MARKER}`, `t=1,v1=${MARKER}`, `Basic ${MARKER}`),
      ),
    ),
    { maxLength: 5 },
  )
  .map((entries) => Object.fromEntries(entries));

const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  hostileJson.map((text) => Buffer.from(text)),
  hostileText(20_000).map((text) => Buffer.from(`${text}${MARKER}`)),
  fc.constantFrom(0, MAX_BODY_BYTES, MAX_BODY_BYTES + 1).map((length) => Buffer.alloc(length, `[${MARKER}`)),
);

/** Whatever anybody may post. */
const anything = fc
  .tuple(hostileHeaders, fc.dictionary(fc.constantFrom('event', '__proto__'), hostileText(200)), anyBody)
  .map(([headers, path, body]): Sent => ({ headers, path, body }));

/** Where an event's name stands, which is logged. */
const NAME_HEADERS = new Set(['x-github-event', 'x-shopify-topic']);

/** What is genuine, changed on its way: in a header, or in its body. */
const changed = ({ genuine }: Target) =>
  fc
    .tuple(
      genuine,
      fc.nat(),
      fc.constantFrom('other', 'twice', 'none', 'body'),
      hostileText(8_000),
      hostileHeaders,
    )
    .map(([sent, at, how, text, headers]): Sent => {
      const names = Object.keys(sent.headers);
      const name = names[at % Math.max(names.length, 1)];
      const value = name === undefined ? '' : (sent.headers[name] ?? '');
      if (how === 'body' || name === undefined) {
        const cut = at % (sent.body.length + 1);
        const body = Buffer.concat([sent.body.subarray(0, cut), Buffer.from(text), sent.body.subarray(cut)]);
        return { ...sent, body, headers: { ...headers, ...sent.headers } };
      }
      const { [name]: _, ...others } = sent.headers;
      if (how === 'none') return { ...sent, headers: { ...headers, ...others } };
      const marked = NAME_HEADERS.has(name) ? text : `${text}${MARKER}`;
      const written = how === 'twice' ? `${value},${value}` : marked;
      return { ...sent, headers: { ...headers, ...others, [name]: written } };
    });

/** What of a delivery is nobody's business, beside its body. */
const secretsIn = ({ headers, query = '' }: Sent, { secret }: Target): readonly string[] =>
  [secret, ...Object.values(headers), ...new URLSearchParams(query).values(), 'Action=Unsubscribe'].filter(
    (text) => text.length >= SECRET_LENGTH,
  );

/** What is shorter stands in the log for other reasons: a time, a number. */
const SECRET_LENGTH = 40;

/** What a request may be, and what it may be answered with: never 5xx. */
const KINDS: readonly {
  readonly from: (target: Target) => fc.Arbitrary<Sent>;
  readonly statuses: readonly number[];
}[] = [
  { from: () => anything, statuses: [400, 401, 403, 413] },
  { from: changed, statuses: [200, 400, 401, 403] },
  { from: ({ genuine }) => genuine, statuses: [200, 400, 403] },
];

const kindOf = (index: number) => KINDS[index] as (typeof KINDS)[number];

const doorOf = <Door>(doors: ReadonlyMap<string, Door>, name: string): Door => doors.get(name) as Door;

test.each(PROVIDER_NAMES)(
  '%s: whatever comes is taken or turned away, in no time, and nothing of it is logged',
  async (provider) => {
    const doors = new Map(
      targets
        .filter((target) => target.provider === provider)
        .map((target) => [target.name, { target, invoke: start(target) }]),
    );
    const input = fc
      .tuple(fc.constantFrom(...doors.keys()), fc.constantFrom(...KINDS.keys()), fc.boolean())
      .chain(([name, kind, encoded]) =>
        kindOf(kind)
          .from(doorOf(doors, name).target)
          .map((sent) => ({ name, kind, encoded, sent })),
      );
    let taken = 0;
    const output = watchOutput();
    try {
      await fuzz(input, async ({ name, kind, encoded, sent }) => {
        const { target, invoke } = doorOf(doors, name);
        const { statusCode } = await withinTime(() => invoke(eventOf(sent, encoded), {} as Context));
        expect(kindOf(kind).statuses).toContain(statusCode);
        const log = output.printed();
        expect(log).toContain(`"source":"${name}"`);
        expectNothingOf([MARKER, ...secretsIn(sent, target)], log);
        if (statusCode === 200) taken++;
      });
      // Else all of it was turned away at the door, and nothing behind it was tried.
      expect(taken).toBeGreaterThan(0);
    } finally {
      output.stop();
    }
  },
  TIMEOUT_MS,
);

describe.each(PROVIDER_NAMES)('%s: a genuine delivery', (provider) => {
  test.each(COSTLY)(
    'of %s is taken, in no time',
    async (_, numbers) => {
      for (const target of targets.filter((each) => each.provider === provider)) {
        const invoke = start(target);
        const events = largest(target, numbers).map((sent) => eventOf(sent, false));
        const output = watchOutput();
        try {
          const answer = await withinTime((attempt) =>
            invoke(events[attempt] as APIGatewayProxyEventV2, {} as Context),
          );
          expect([target.name, answer.statusCode]).toEqual([target.name, 200]);
        } finally {
          output.stop();
        }
      }
    },
    TIMEOUT_MS,
  );
});
