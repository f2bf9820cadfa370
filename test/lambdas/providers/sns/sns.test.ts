import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { type SnsOptions, snsSettings } from '../../../../lambdas/providers/sns/settings.ts';
import { sns } from '../../../../lambdas/providers/sns/sns.ts';
import { signSns, snsHandshake, snsNotification } from '../../../../senders/sns.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { secretsOf } from '../../support/tampering.ts';
import { utf8Text } from '../../support/text.ts';
import { startWorld, type World } from '../../support/world.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders';
const OPTIONS: SnsOptions = {
  name: 'shop',
  catalogue: { 'order.created': 'order.created' },
  topicArns: [TOPIC],
  eventName: 'body:type',
};
const settingsOf = (options: Partial<SnsOptions> = {}) =>
  parseSettings(snsSettings, 'shop', { ...OPTIONS, ...options });

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const MESSAGE = '{"type":"order.created","id":7,"order":{"id":9}}';

interface Sent {
  readonly topic?: string;
  readonly subject?: string | null;
  readonly version?: '1' | '2';
  readonly age?: number;
}

const body = (message = MESSAGE, { topic = TOPIC, subject, version, age = 0 }: Sent = {}): string =>
  JSON.stringify(
    signSns(
      {
        ...snsNotification(topic, message, new Date(RECEIVED_AT.getTime() - age * 1000)),
        ...(typeof subject === 'string' && { Subject: subject }),
      },
      world.pki.sns.key,
      version,
    ),
  );

const authenticate = (text: string, options: Partial<SnsOptions> = {}, headers = {}) =>
  sns.authenticate(aRequest(text, { headers }), settingsOf(options), secretsOf());
const outcome = async (text: string, options: Partial<SnsOptions> = {}) =>
  (await authenticate(text, options)).outcome;
const reason = (text: string, options: Partial<SnsOptions> = {}) =>
  reasonOf(() => authenticate(text, options));
const interpret = (text: string, options: Partial<SnsOptions> = {}) =>
  sns.interpret({ body: text, headers: {}, path: {} }, settingsOf(options));

describe('a message', () => {
  test('that SNS signs is accepted, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(
        utf8Text(),
        fc.constantFrom('1' as const, '2' as const),
        fc.option(fc.string({ unit: fc.constantFrom(...'abc :.é') }), { nil: undefined }),
        async (message, version, subject) => {
          const sent = { version, ...(subject !== undefined && { subject }) };
          expect(await outcome(body(message, sent))).toBe('accepted');
        },
      ),
      { numRuns: 60 },
    ));

  test('with any signed field changed is not', async () => {
    const genuine = JSON.parse(body(MESSAGE, { subject: 'a subject' })) as Record<string, string>;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'Signature'),
        fc.nat(),
        fc.constantFrom(...'a0Z:-/\n "'),
        async (name, at, character) => {
          const value = genuine[name] ?? '';
          const changed =
            value.slice(0, at % value.length) + character + value.slice((at % value.length) + 1);
          if (changed === value) return;
          expect(await reason(JSON.stringify({ ...genuine, [name]: changed }))).toMatch(
            /^(signature-|body-shape|topic-not-allowed|stale|future)/,
          );
        },
      ),
      { numRuns: 300 },
    );
    for (const name of ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'Signature']) {
      const { [name]: _, ...others } = genuine;
      expect(await reason(JSON.stringify(others))).toMatch(/^(signature-|body-shape)/);
    }
  });

  test('by another key is not', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = signSns(snsNotification(TOPIC, MESSAGE, RECEIVED_AT), privateKey);
    expect(await reason(JSON.stringify(forged))).toBe('signature-mismatch');
  });

  test.each([
    `${TOPIC}s`,
    'arn:aws:sns:eu-west-2:123456789012:orders',
    'arn:aws:sns:eu-west-1:123456789013:orders',
  ])('of another topic, %s, is not', async (topic) => {
    expect(await reason(body(MESSAGE, { topic }))).toBe('topic-not-allowed');
  });

  test('of each topic of the settings is', async () => {
    const other = 'arn:aws:sns:us-east-1:123456789012:other';
    const topicArns = [TOPIC, other];
    for (const topic of topicArns)
      expect(await reason(body(MESSAGE, { topic }), { topicArns })).toBeUndefined();
  });

  test.each([
    [75 * 60, undefined, undefined],
    [75 * 60 + 1, undefined, 'stale'],
    [-5 * 60 - 1, undefined, 'future'],
    [61, 60, 'stale'],
  ])('of %d seconds ago, where %s are allowed: %s', async (age, maxAge, expected) => {
    expect(await reason(body(MESSAGE, { age }), maxAge === undefined ? {} : { maxAge })).toBe(expected);
  });

  test('delivered raw is refused', async () => {
    const raw = { 'x-amz-sns-rawdelivery': 'true' };
    expect(await reasonOf(() => authenticate(body(), {}, raw))).toBe('raw-delivery');
  });
});

describe('what is stored', () => {
  test('is the event in the message, identified by its own id', () => {
    const events = interpret(body(), { eventId: 'body:id', entityId: 'body:order.id', data: 'body:order' });
    expect(events).toEqual([
      {
        name: 'order.created',
        identity: ['7', 'order.created'],
        entityId: '9',
        time: undefined,
        data: { id: 9 },
      },
    ]);
  });

  test('without an id of its own has that of SNS, which is the same when SNS tries again', () => {
    const text = body();
    const { MessageId } = JSON.parse(text) as { readonly MessageId: string };
    expect(interpret(text)[0]?.identity).toEqual(['order.created', `${MessageId} 0`]);
    // Also where an id is declared and this message has none: another message with the same text is another event.
    expect(interpret(text, { eventId: 'body:no.such' })[0]?.identity).toEqual([
      'order.created',
      `${MessageId} 0`,
    ]);
  });

  test('may be a list, a text with its name in the subject, or a text of one kind', () => {
    const list = '{"events":[{"type":"a"},{"type":"b"}]}';
    const places = { items: 'body:events', eventName: 'item:type' };
    const identities = interpret(body(list), places).map(({ identity }) => identity.join(' '));
    expect(identities).toEqual([
      expect.stringMatching(/^a [0-9a-f-]{36} 0$/),
      expect.stringMatching(/^b [0-9a-f-]{36} 1$/),
    ]);
    const [event] = interpret(body('hello', { subject: 'order.created' }), { eventName: 'header:subject' });
    expect(event).toMatchObject({ name: 'order.created', data: 'hello' });
    expect(interpret(body('5'), { eventName: 'text:order.created' })[0]).toMatchObject({ data: 5 });
  });

  test('with no event in it is empty, with nothing but test events a test, and not understood accepted', async () => {
    const places = { items: 'body', eventName: 'item:type', testEvents: ['ping'] };
    expect(await outcome(body('[]'), places)).toBe('empty');
    expect(await outcome(body('[{"type":"ping"}]'), places)).toBe('test');
    expect(await outcome(body('[{"type":"ping"},{"type":"a"}]'), places)).toBe('accepted');
    expect(await outcome(body('[{}]'), places)).toBe('accepted');
    expect(await outcome(body('hello'))).toBe('accepted');
    expect(await reasonOf(() => interpret(body('hello')))).toBe('body-shape');
  });
});

describe('a handshake', () => {
  const handshake = (
    type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
    topic = TOPIC,
    more = {},
  ) => JSON.stringify(signSns({ ...snsHandshake(type, topic, RECEIVED_AT), ...more }, world.pki.sns.key));

  test('is confirmed at SNS', async () => {
    const text = handshake('SubscriptionConfirmation');
    expect(await authenticate(text)).toEqual({ outcome: 'confirmed' });
    const { Token } = JSON.parse(text) as { readonly Token: string };
    expect(world.outside.confirmations.at(-1)).toEqual({ topicArn: TOPIC, token: Token });
  });

  test('of another topic, or to another host, asks for nothing', async () => {
    const before = world.outside.confirmations.length;
    expect(await reason(handshake('SubscriptionConfirmation', `${TOPIC}s`))).toBe('topic-not-allowed');
    const SubscribeURL = 'https://attacker.example.com/?Action=ConfirmSubscription';
    expect(await reason(handshake('SubscriptionConfirmation', TOPIC, { SubscribeURL }))).toBe(
      'subscribe-url-not-allowed',
    );
    expect(world.outside.confirmations).toHaveLength(before);
  });

  test('that ends the subscription is taken, and not undone', async () => {
    const before = world.outside.confirmations.length;
    expect(await authenticate(handshake('UnsubscribeConfirmation'))).toEqual({ outcome: 'unsubscribed' });
    expect(world.outside.confirmations).toHaveLength(before);
  });
});

test.each<readonly [Readonly<Record<string, unknown>>, string]>([
  [{ topicArns: [] }, 'topicArns: must be a list of at least one ARN'],
  [{ topicArns: undefined }, 'topicArns: must be a list of at least one ARN'],
  [{ topicArns: ['orders'] }, 'topicArns.0: must be the ARN of an SNS topic'],
  [{ maxAge: 1 }, 'maxAge: must be at least 60 seconds'],
  [{ eventId: 'item:id' }, 'items: must be the place of the list'],
  [{ bodyForm: 'form' }, 'bodyForm'],
  [{ eventName: 'query:type' }, 'eventName: must be a place that is stored'],
])('%j is said to be wrong', (options, message) => {
  expect(() => parseSettings(snsSettings, 'shop', { ...OPTIONS, ...options })).toThrow(
    `Source "shop": ${message}`,
  );
});
