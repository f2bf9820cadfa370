import { generateKeyPairSync, randomUUID } from 'node:crypto';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MessageValidator from 'sns-validator';
import { ivvyAddressee } from '../../../../../lambdas/providers/ivvy/topic.ts';
import { checkSnsEnvelope } from '../../../../../lambdas/providers/shared/sns/envelope.ts';
import { verifySns } from '../../../../../lambdas/providers/shared/sns/signature.ts';
import { OutsideAgent } from '../../../../../local/functions/outside-agent.ts';
import type { Misbehaviour } from '../../../../../local/internet/misbehaviour.ts';
import {
  type SignatureVersion,
  type SnsFields,
  signSns,
  snsHandshake,
  snsNotification,
  stringToSign,
} from '../../../../../senders/sns.ts';
import { aRequest } from '../../../support/deliveries.ts';
import { ivvySource, SIGNED_AT, TOPIC, withNewCertificate } from '../../../support/ivvy.ts';
import { reasonOf } from '../../../support/rejections.ts';
import { utf8Text, withChanged } from '../../../support/text.ts';
import { startWorld, type World } from '../../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.outside.behave());
afterAll(() => world.stop());

/** Checks a message as the door does: its form, then its signature. */
const verify = (fields: SnsFields) => {
  const text = JSON.stringify(fields);
  return reasonOf(() => verifySns(checkSnsEnvelope(text, aRequest(text), ivvyAddressee(ivvySource()))));
};

const sign = (fields: SnsFields, version: SignatureVersion = '1') =>
  signSns(fields, world.pki.sns.key, version);

const notification = (message = 'a message') => snsNotification(TOPIC, message, SIGNED_AT);
const VERSIONS = fc.constantFrom<SignatureVersion>('1', '2');

/** What SNS takes for a Subject. */
const singleLine = utf8Text(20).map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' '));

/** Any of the three that SNS sends, with or without a Subject, saying anything. */
const anySigned = fc
  .record({
    kind: fc.constantFrom('Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'),
    message: utf8Text(60),
    subject: fc.option(singleLine, { nil: undefined }),
    version: VERSIONS,
  })
  .map(({ kind, message, subject, version }) => {
    const fields =
      kind === 'Notification'
        ? { ...notification(message), ...(subject !== undefined && { Subject: subject }) }
        : {
            ...snsHandshake(kind as 'SubscriptionConfirmation' | 'UnsubscribeConfirmation', TOPIC, SIGNED_AT),
            Message: message,
          };
    return { fields, version };
  });

const SIGNED_FIELDS = [
  'Message',
  'MessageId',
  'Subject',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
];

describe('whatever SNS signed', () => {
  test('verifies', async () => {
    await fc.assert(
      fc.asyncProperty(anySigned, async ({ fields, version }) => {
        expect(await verify(sign(fields, version))).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test('verifies with whatever is not signed changed', async () => {
    const signed = sign(notification());
    expect(
      await verify({
        ...signed,
        UnsubscribeURL: 'https://evil.example/',
        MessageAttributes: {},
        Subject: null,
      }),
    ).toBeUndefined();
  });

  test('verifies no more with a single character changed in what is signed', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySigned,
        fc.nat(),
        fc.nat(),
        fc.nat(),
        async ({ fields, version }, which, at, by) => {
          const signed = sign(fields, version);
          const names = SIGNED_FIELDS.filter(
            (name) => typeof signed[name] === 'string' && signed[name] !== '',
          );
          const name = names[which % names.length] as string;
          const changed = { ...signed, [name]: withChanged(String(signed[name]), at, by) };
          expect(changed[name]).not.toBe(signed[name]);
          expect(await verify(changed)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('verifies no more with a signed field left out, added, emptied or exchanged for another', async () => {
    const signed = sign({ ...notification('x'), Subject: 'y' });
    expect(await verify(signed)).toBeUndefined();
    for (const Subject of [undefined, null, '', 'x', 'y '])
      expect(await verify({ ...signed, Subject })).toBe('signature-mismatch');
    for (const Message of ['', 'y', 'x\n', 'x\nSubject\ny'])
      expect(await verify({ ...signed, Message })).toBe('signature-mismatch');
    expect(await verify({ ...sign(notification()), Subject: '' })).toBe('signature-mismatch');
  });

  test('verifies no more with a character for which UTF-8 writes the same', async () => {
    const signed = sign(notification('a\ufffdb'));
    expect(await verify(signed)).toBeUndefined();
    for (const half of ['\ud800', '\udfff'])
      expect(await verify({ ...signed, Message: `a${half}b` })).toBeDefined();
  });
});

describe('a signature', () => {
  test.each([
    ['of nothing', 'AAAA'],
    ['of the right length, all zero', Buffer.alloc(256).toString('base64')],
  ])('%s is none', async (_, Signature) => {
    expect(await verify({ ...sign(notification()), Signature })).toBe('signature-mismatch');
  });

  test('by another key is none', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = signSns(notification(), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await verify(forged)).toBe('signature-mismatch');
  });

  test('of one version is none of the other', async () => {
    expect(await verify({ ...sign(notification(), '1'), SignatureVersion: '2' })).toBe('signature-mismatch');
    expect(await verify({ ...sign(notification(), '2'), SignatureVersion: '1' })).toBe('signature-mismatch');
  });

  test('of one message is none of another', async () => {
    const { Signature } = sign(notification('one'));
    expect(await verify({ ...sign(notification('two')), Signature })).toBe('signature-mismatch');
  });
});

describe('UnsubscribeConfirmation, whose Token sns-validator forgets', () => {
  const genuine = () => sign(snsHandshake('UnsubscribeConfirmation', TOPIC, SIGNED_AT));

  test('verifies where it is genuine', async () => {
    expect(await verify(genuine())).toBeUndefined();
  });

  test('doesn’t with another Token, or one that hides in the Timestamp', async () => {
    const signed = genuine();
    expect(await verify({ ...signed, Token: `${signed.Token}0` })).toBe('signature-mismatch');
    const moved = { ...signed, Timestamp: `${signed.Timestamp}\nToken\n${signed.Token}` };
    expect(await verify(moved)).toBe('body-shape');
  });

  test('signed without its Token, as sns-validator alone would have it, is none', async () => {
    const { Token, ...fields } = snsHandshake('UnsubscribeConfirmation', TOPIC, SIGNED_AT);
    const signed = { ...sign(fields), Token };
    expect(stringToSign(signed)).not.toBe(stringToSign(fields));
    expect(await verify(signed)).toBe('signature-mismatch');
  });

  test('is no SubscriptionConfirmation, and that no notification', async () => {
    const signed = genuine();
    expect(await verify({ ...signed, Type: 'SubscriptionConfirmation' })).toBe('signature-mismatch');
    expect(await verify({ ...signed, Type: 'Notification' })).toBe('signature-mismatch');
  });
});

describe('a message signed for the attacker’s own topic and cut into fields differently', () => {
  const EVIL_TOPIC = 'arn:aws:sns:ap-southeast-2:999999999999:evil';
  const inner = { Message: 'forged', MessageId: randomUUID(), Timestamp: SIGNED_AT.toISOString() };
  const row = (name: string, value: unknown) => `${name}\n${value}\n`;

  /** What the attacker publishes: the beginning of another message, up to `last`, whose value goes on as SNS goes on. */
  const publish = (...rows: readonly (readonly [string, unknown])[]) => {
    const text = rows.map(([name, value]) => row(name, value)).join('');
    return sign(snsNotification(EVIL_TOPIC, text.slice('Message\n'.length, -1), SIGNED_AT));
  };
  /** The rows that SNS puts behind the Message. */
  const tail = (signed: SnsFields) =>
    ['MessageId', 'Timestamp', 'TopicArn', 'Type']
      .map((name) => row(name, signed[name]))
      .join('')
      .slice(0, -1);

  const isValidAlone = (fields: SnsFields) =>
    new Promise<boolean>((resolve) => {
      new MessageValidator().validate({ ...fields }, (error) => resolve(error === null));
    });

  const recutType = () => {
    const signed = publish(
      ['Message', inner.Message],
      ['MessageId', inner.MessageId],
      ['Timestamp', inner.Timestamp],
      ['TopicArn', TOPIC],
      ['Type', 'Notification'],
    );
    return { ...signed, ...inner, TopicArn: TOPIC, Type: `Notification\n${tail(signed)}` };
  };
  const recutTopic = () => {
    const signed = publish(
      ['Message', inner.Message],
      ['MessageId', inner.MessageId],
      ['Timestamp', inner.Timestamp],
      ['TopicArn', TOPIC],
    );
    return {
      ...signed,
      ...inner,
      TopicArn: `${TOPIC}\n${tail(signed).replace(/\nType\nNotification$/, '')}`,
    };
  };
  const recutTimestamp = () => {
    const signed = publish(
      ['Message', inner.Message],
      ['MessageId', inner.MessageId],
      ['Timestamp', inner.Timestamp],
    );
    return {
      ...signed,
      ...inner,
      Timestamp: `${inner.Timestamp}\nMessageId\n${signed.MessageId}\nTimestamp\n${signed.Timestamp}`,
    };
  };

  test.each([
    ['the tail hidden in Type', recutType, 'body-shape'],
    ['the tail hidden in TopicArn', recutTopic, 'body-shape'],
    ['the tail hidden in Timestamp, the topic left as it is', recutTimestamp, 'body-shape'],
  ])('%s: valid to sns-validator, refused by us', async (_, recut, reason) => {
    const forged = recut();
    expect(await isValidAlone(forged)).toBe(true);
    expect(await verify(forged)).toBe(reason);
  });

  test('as it was signed is of a topic that is not allowed', async () => {
    expect(await verify(publish(['Message', 'x']))).toBe('topic-not-allowed');
  });

  test('in whatever way: bytes moved between neighbours never pass', async () => {
    const signed = sign({ ...snsNotification(TOPIC, 'one\nMessageId\ntwo', SIGNED_AT), Subject: 'three' });
    const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
    const text = stringToSign(signed);
    // Every way to read the signed text as the same fields: each name may be taken where it stands between newlines.
    const cuts = (from: number, left: readonly string[]): Record<string, string>[] => {
      const [name, ...others] = left;
      if (name === undefined) return from === text.length ? [{}] : [];
      if (!text.startsWith(`${name}\n`, from)) return [];
      const start = from + name.length + 1;
      const found: Record<string, string>[] = [];
      for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', end + 1))
        for (const rest of cuts(end + 1, others)) found.push({ [name]: text.slice(start, end), ...rest });
      return found;
    };
    const readings = [
      cuts(0, names),
      cuts(
        0,
        names.filter((name) => name !== 'Subject'),
      ),
    ].flat();
    expect(readings.length).toBeGreaterThan(1);
    const passing = [];
    for (const reading of readings) {
      const { Subject: _, ...rest } = signed;
      if ((await verify({ ...rest, ...reading })) === undefined) passing.push(reading);
    }
    expect(passing).toEqual([Object.fromEntries(names.map((name) => [name, signed[name]]))]);
  });
});

/** Fails after a second. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; !isSo(); tries++) {
    if (tries === 100) throw new Error(`not so after a second: ${isSo}`);
    await sleep(10);
  }
};

describe('the certificate', () => {
  const certificateRequests = () => world.outside.requests.filter(({ path }) => path.includes('.pem'));
  /** The connections over which somebody still waits for an answer, or hasn't read it to its end. */
  const openRequests = () => Object.values(https.globalAgent.sockets).flat().length;

  test('is fetched once, from SNS in the topic’s region, and then remembered', async () => {
    const fields = withNewCertificate(notification());
    const before = certificateRequests().length;
    for (let time = 0; time < 3; time++) expect(await verify(sign(fields))).toBeUndefined();
    expect(certificateRequests().slice(before)).toEqual([
      {
        host: 'sns.ap-southeast-2.amazonaws.com',
        method: 'GET',
        path: new URL(String(fields.SigningCertURL)).pathname,
      },
    ]);
  });

  test('is not fetched for a message of the wrong form', async () => {
    const before = certificateRequests().length;
    const fields = withNewCertificate(notification());
    expect(await verify({ ...sign(fields), TopicArn: `${TOPIC}\n` })).toBe('body-shape');
    expect(certificateRequests()).toHaveLength(before);
  });

  test.each(['nonsense', 404, 500, 204, 'redirect', 'reset'] as const satisfies readonly Misbehaviour[])(
    '%s: our fault, and the next try works once it is good again',
    async (how) => {
      const signed = sign(withNewCertificate(notification()));
      world.outside.misbehave('certificate', how);
      expect(await verify(signed)).toBe('certificate-unavailable');
      expect(await verify(signed)).toBe('certificate-unavailable');
      await until(() => openRequests() === 0);
      world.outside.behave();
      expect(await verify(signed)).toBeUndefined();
      expect(await verify({ ...signed, Message: 'tampered' })).toBe('signature-mismatch');
    },
  );

  test('nonsense in place of one spoils no other that is remembered', async () => {
    const good = sign(withNewCertificate(notification()));
    expect(await verify(good)).toBeUndefined();
    world.outside.misbehave('certificate', 'nonsense');
    expect(await verify(sign(withNewCertificate(notification())))).toBe('certificate-unavailable');
    world.outside.behave();
    expect(await verify(good)).toBeUndefined();
  });

  test.each([404, 'reset'] as const)(
    '%s in place of one: those that are remembered are not asked for again',
    async (how) => {
      const good = sign(withNewCertificate(notification()));
      expect(await verify(good)).toBeUndefined();
      world.outside.misbehave('certificate', how);
      expect(await verify(sign(withNewCertificate(notification())))).toBe('certificate-unavailable');
      world.outside.behave();
      const before = certificateRequests().length;
      expect(await verify(good)).toBeUndefined();
      expect(certificateRequests()).toHaveLength(before);
    },
  );

  test('that can’t be had: the log learns why', async () => {
    world.outside.misbehave('certificate', 'reset');
    const text = JSON.stringify(sign(withNewCertificate(notification())));
    await expect(
      verifySns(checkSnsEnvelope(text, aRequest(text), ivvyAddressee(ivvySource()))),
    ).rejects.toMatchObject({
      reason: 'certificate-unavailable',
      cause: expect.objectContaining({ code: 'ECONNRESET' }),
    });
  });

  test.each(['hang', 'drip'] as const)(
    'that never comes (%s): given up after three seconds, connection and all, and the next try works',
    async (how) => {
      const signed = sign(withNewCertificate(notification()));
      world.outside.misbehave('certificate', how);
      const started = performance.now();
      expect(await verify(signed)).toBe('certificate-unavailable');
      const took = performance.now() - started;
      expect(took).toBeGreaterThan(2_900);
      expect(took).toBeLessThan(4_000);
      await until(() => openRequests() === 0);
      world.outside.behave();
      expect(await verify(signed)).toBeUndefined();
    },
    10_000,
  );

  test('larger than any certificate: given up at once, connection and all, and the next try works', async () => {
    const signed = sign(withNewCertificate(notification()));
    world.outside.misbehave('certificate', 'huge');
    const started = performance.now();
    expect(await verify(signed)).toBe('certificate-unavailable');
    expect(performance.now() - started).toBeLessThan(2_000);
    await until(() => openRequests() === 0);
    world.outside.behave();
    expect(await verify(signed)).toBeUndefined();
  });

  test('is taken from nobody but the host itself', async () => {
    const signed = sign(withNewCertificate(notification()));
    const trusting = https.globalAgent;
    // An authority that did not sign the server's certificate.
    https.globalAgent = new OutsideAgent(world.outside.port, world.pki.sns.cert);
    expect(await verify(signed)).toBe('certificate-unavailable');
    https.globalAgent = trusting;
    expect(await verify(signed)).toBeUndefined();
  });
});
