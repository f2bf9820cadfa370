import { createHmac, createVerify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MessageValidator from 'sns-validator';
import { Webhook } from 'standardwebhooks';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { augustusCatalogue } from '../../lambdas/providers/augustus/catalogue.ts';
import { avazaCatalogue } from '../../lambdas/providers/avaza/catalogue.ts';
import { ivvyCatalogue } from '../../lambdas/providers/ivvy/catalogue.ts';
import { ivyCatalogue } from '../../lambdas/providers/ivy/catalogue.ts';
import { startOutside } from '../../local/internet/internet.ts';
import { altoviz, signAltoviz } from '../../senders/altoviz.ts';
import { augustus } from '../../senders/augustus.ts';
import { avaza } from '../../senders/avaza.ts';
import { hmac } from '../../senders/hmac.ts';
import { senders } from '../../senders/index.ts';
import { type InnerMessage, innerMessage, innerStringToSign, ivvy, signInner } from '../../senders/ivvy.ts';
import { ivy } from '../../senders/ivy.ts';
import { parseKeepingDigits, phpJson } from '../../senders/json.ts';
import { loadPki, type Pki } from '../../senders/pki.ts';
import { readSample, sampleNames } from '../../senders/samples.ts';
import { type SignedRequest, tamper } from '../../senders/sender.ts';
import { type SnsFields, signSns, stringToSign } from '../../senders/sns.ts';
import { signedRequest, standardWebhooks } from '../../senders/standard-webhooks.ts';
import { github } from '../lambdas/providers/hmac/declarations.ts';

let home: string;
let pki: Pki;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatepost-senders-'));
  pki = await loadPki(join(home, 'pki'));
});
afterAll(() => rm(home, { recursive: true }));

const SECRET = 'the secret of these tests';
const read = ({ body }: SignedRequest): Record<string, unknown> => JSON.parse(body.toString());
const readInner = (request: SignedRequest): InnerMessage => JSON.parse(String(read(request).Message));

/** Whether SNS's signature fits, by AWS's description of it and with nothing of the sender's. */
const snsFits = (fields: SnsFields): boolean => {
  const names =
    'SubscribeURL' in fields
      ? ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
      : [
          'Message',
          'MessageId',
          ...('Subject' in fields ? ['Subject'] : []),
          'Timestamp',
          'TopicArn',
          'Type',
        ];
  let text = '';
  for (const name of names) text += `${name}\n${fields[name]}\n`;
  return createVerify(fields.SignatureVersion === '1' ? 'sha1WithRSAEncryption' : 'sha256WithRSAEncryption')
    .update(text, 'utf8')
    .verify(pki.sns.cert, String(fields.Signature), 'base64');
};

describe('what SNS signs', () => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
  const message = fc.record({
    Message: text,
    Subject: text,
    TopicArn: text,
    MessageId: text,
    Timestamp: text,
  });
  const version = fc.constantFrom('1' as const, '2' as const);

  test('fits, whatever is in it', () => {
    fc.assert(
      fc.property(message, version, (fields, signatureVersion) => {
        expect(snsFits(signSns({ ...fields, Type: 'Notification' }, pki.sns.key, signatureVersion))).toBe(
          true,
        );
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
    [
      'SubscriptionConfirmation',
      ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
    ],
    [
      'UnsubscribeConfirmation',
      ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
    ],
  ])('covers in a %s just what AWS documents', (type, signed) => {
    const every = ['MessageAttributes', 'SigningCertURL', 'SignatureVersion', 'UnsubscribeURL', ...signed];
    const fields = { ...Object.fromEntries(every.map((name) => [name, `the ${name}`])), Type: type };
    const covered = every.filter(
      (name) => stringToSign({ ...fields, [name]: undefined }) !== stringToSign(fields),
    );
    expect(covered.sort()).toEqual(signed);
  });

  test('can be cut into other fields under the same signature: the attack that receivers have to fear', () => {
    const victim = 'arn:aws:sns:ap-southeast-2:232528047142:victim';
    const cut = { Message: 'm', MessageId: 'i', Timestamp: 't', TopicArn: victim };
    const smuggled = Object.entries(cut)
      .map(([name, value]) => `${name}\n${value}\n`)
      .join('');
    const { Message: _, ...own } = {
      Type: 'Notification',
      ...cut,
      TopicArn: 'arn:aws:sns:ap-southeast-2:1:own',
    };
    const Message = `${smuggled}Type\nNotification`.slice('Message\n'.length);
    const signed = signSns({ ...own, Message }, pki.sns.key);
    const Type = `Notification\nMessageId\ni\nTimestamp\nt\nTopicArn\n${own.TopicArn}\nType\nNotification`;
    expect(snsFits(signed)).toBe(true);
    expect(snsFits({ ...signed, ...cut, Type })).toBe(true);
  });
});

describe('what iVvy signs', () => {
  test('is, for the documented delivery, the documented text', async () => {
    const documented = { TxnId: 'b898c04362bcbfe984f1867ce7db5599', Timestamp: 1710115244 };
    const message = innerMessage(await readSample(ivvy, 'CompanyAdded'), { inner: documented });
    // The hash is the one of the documented Body: the sample is that Body, byte for byte.
    expect(innerStringToSign(message)).toBe(
      'b898c04362bcbfe984f1867ce7db5599:stage:1710115244:14:companyadded:7fb157be320332958bf1a3da64fd010ce26ff661',
    );
  });

  test('fits, and what is null counts as empty', () => {
    const message = { ...innerMessage({ event: 'ABC' }), TxnId: null, Timestamp: 7, Body: 'Ü' };
    const { Signature } = signInner(message, pki.ivvy.key);
    expect(
      createVerify('sha1WithRSAEncryption')
        .update(':stage:7:14:abc:4d57f0c087e7ee332a1e2dd9d0fd59d817208c10')
        .verify(pki.ivvy.publicKey, String(Signature), 'base64'),
    ).toBe(true);
  });
});

describe('iVvy as it is played', () => {
  test('sends the documented fields in the documented order, as plain text', async () => {
    const request = ivvy.sign(await readSample(ivvy, 'CompanyAdded'), pki);
    const fields = read(request);
    expect(Object.keys(fields)).toEqual(
      'Type MessageId TopicArn Message Timestamp SignatureVersion Signature SigningCertURL UnsubscribeURL'.split(
        ' ',
      ),
    );
    expect(Object.keys(readInner(request))).toEqual(
      'TxnId Region Timestamp AccountId Subject Body SourceType SourceInfo Signature SigningPublicKeyPath'.split(
        ' ',
      ),
    );
    expect(fields.TopicArn).toBe(
      'arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_d4959ffe27f4a760733babdf1fa7fbbd354d4f62_NotifCompanies',
    );
    expect(request.headers).toEqual({
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': fields.MessageId,
      'x-amz-sns-topic-arn': fields.TopicArn,
      'x-amz-sns-subscription-arn': expect.stringContaining(`${fields.TopicArn}:`),
    });
  });

  test('makes a new delivery of a new event each time, of this moment', () => {
    const [one, other] = [ivvy.sign({ event: 'A' }, pki), ivvy.sign({ event: 'A' }, pki)];
    expect(one.id).not.toBe(other.id);
    expect(readInner(one).TxnId).not.toBe(readInner(other).TxnId);
    expect(Math.abs(Date.parse(String(read(one).Timestamp)) - Date.now())).toBeLessThan(60_000);
    expect(Math.abs(Number(readInner(one).Timestamp) * 1000 - Date.now())).toBeLessThan(60_000);
  });

  test('sends what it is told to instead, rightly signed', () => {
    const request = ivvy.sign({ event: 'CompanyMerged', payload: '{"a": 1.50}' }, pki, {
      accountId: '7',
      signatureVersion: '2',
      now: new Date('2026-01-02T03:04:05.006Z'),
      inner: { SourceType: 1 },
      envelope: { Subject: 'a subject', UnsubscribeURL: undefined },
    });
    const fields = read(request);
    expect(snsFits(fields)).toBe(true);
    expect(fields).toMatchObject({
      SignatureVersion: '2',
      Subject: 'a subject',
      Timestamp: '2026-01-02T03:04:05.006Z',
    });
    expect(fields).not.toHaveProperty('UnsubscribeURL');
    expect(fields.TopicArn).toContain(':iVvy_Account_7_');
    const inner = readInner(request);
    expect(inner).toMatchObject({
      AccountId: '7',
      Subject: 'CompanyMerged',
      Body: '{"a":1.50}',
      SourceType: 1,
    });
    expect(inner.Timestamp).toBe(1767323045);
    expect(inner.SigningPublicKeyPath).toBe('/accounts/7/1537854341/notifcert.txt');
  });

  test.each([
    ['subscribe', 'SubscriptionConfirmation', false],
    ['unsubscribe', 'UnsubscribeConfirmation', true],
  ])('%s is a %s with the URL that confirms it', (event, type, hasSubscription) => {
    const request = ivvy.sign({ event }, pki);
    const fields = read(request);
    expect(snsFits(fields)).toBe(true);
    expect(fields.Type).toBe(type);
    expect(request.headers['x-amz-sns-message-type']).toBe(type);
    expect('x-amz-sns-subscription-arn' in request.headers).toBe(hasSubscription);
    const url = new URL(String(fields.SubscribeURL));
    expect(url.origin).toBe('https://sns.ap-southeast-2.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'ConfirmSubscription',
      TopicArn: fields.TopicArn,
      Token: fields.Token,
    });
  });

  test.each(['1', '2'] as const)(
    'is believed by sns-validator, with the certificate from the world outside (version %s)',
    async (signatureVersion) => {
      const outside = await startOutside(pki);
      const agent = new LocalAgent({ ca: pki.caCert }, outside.port);
      const before = https.globalAgent;
      https.globalAgent = agent;
      try {
        const fields = read(ivvy.sign({ event: 'CompanyAdded' }, pki, { signatureVersion }));
        const forged = { ...fields, Message: 'forged' };
        const validator = new MessageValidator();
        const validate = (message: Record<string, unknown>) =>
          new Promise((resolve) => validator.validate({ ...message }, (error) => resolve(error === null)));
        expect(await validate(fields)).toBe(true);
        expect(await validate(forged)).toBe(false);
      } finally {
        https.globalAgent = before;
        agent.destroy();
        await outside.stop();
      }
    },
  );
});

/** Leads each request to the world outside, as the local stack does for its functions. */
class LocalAgent extends https.Agent {
  readonly #port: number;

  constructor(options: https.AgentOptions, port: number) {
    super(options);
    this.#port = port;
  }

  override createConnection(options: ConnectionOptions): Socket {
    return connect({ ...options, host: '127.0.0.1', port: this.#port });
  }
}

describe('Altoviz as it is played', () => {
  test.each([
    ['hex', '', 'hex', /^[0-9a-f]{64}$/],
    ['HEX', '', 'hex', /^[0-9A-F]{64}$/],
    ['base64', '', 'base64', /^[\w+/]{43}=$/],
    ['base64url', 'sha256=', 'base64url', /^[\w-]{43}$/],
  ] as const)('signs the raw body and writes it as %s behind "%s"', (writtenAs, prefix, encoding, form) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (data, secret) => {
        const request = altoviz.sign({ event: 'A', payload: JSON.stringify({ data }) }, secret, {
          writtenAs,
          prefix,
        });
        const header = request.headers['x-signature'] ?? '';
        expect(header.slice(0, prefix.length)).toBe(prefix);
        const signature = header.slice(prefix.length);
        expect(signature).toMatch(form);
        const expected = createHmac('sha256', Buffer.from(secret)).update(request.body).digest();
        expect(Buffer.from(signature, encoding)).toEqual(expected);
      }),
    );
  });

  test('is of one mind with a known HMAC', () => {
    // https://en.wikipedia.org/wiki/HMAC#Examples
    expect(signAltoviz('The quick brown fox jumps over the lazy dog', 'key')).toBe(
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    );
  });

  test('sends the documented body under a new id, each time another, as plain text', async () => {
    const sample = await readSample(altoviz, 'CustomerCreated');
    const [one, other] = [altoviz.sign(sample, SECRET), altoviz.sign(sample, SECRET)];
    expect(one.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(one.id).toMatch(/^evt_[a-z0-9]{25}$/);
    expect(other.id).not.toBe(one.id);
    expect(read(one)).toEqual({ ...JSON.parse(sample.payload ?? ''), id: one.id });
    expect(one.body.toString()).toContain('"value":0.0}');
  });

  test('sends what it is told to instead', () => {
    const body = { id: 12, data: undefined, more: [] };
    expect(read(altoviz.sign({ event: 'A', payload: '{"data":{}}' }, SECRET, { body }))).toEqual({
      id: 12,
      type: 'A',
      more: [],
    });
  });
});

describe('Ivy as it is played', () => {
  test('signs the body with the secret as it is, in the documented envelope', async () => {
    const sample = await readSample(ivy, 'order_created');
    const request = ivy.sign(sample, SECRET);
    expect(request.headers['x-ivy-signature']).toBe(
      createHmac('sha256', Buffer.from(SECRET)).update(request.body).digest('hex'),
    );
    expect(Object.keys(read(request))).toEqual(['id', 'type', 'date', 'payload']);
    expect(read(request)).toMatchObject({
      id: request.id,
      type: 'order_created',
      payload: JSON.parse(sample.payload ?? ''),
    });
    expect(ivy.sign(sample, SECRET).id).not.toBe(request.id);
  });

  test('tries its URL', () => {
    expect(read(ivy.sign({ event: 'test' }, SECRET))).toMatchObject({ type: 'test', payload: {} });
  });
});

describe('Standard Webhooks as they are played', () => {
  const KEY = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

  test('are believed by the reference library', async () => {
    for (const request of [
      standardWebhooks.sign(await readSample(standardWebhooks, 'contact.created'), KEY),
      augustus.sign(await readSample(augustus, 'payout.paid'), KEY),
      augustus.sign({ event: 'ping.test' }, KEY),
    ]) {
      const { body, headers } = request;
      expect(() => new Webhook(KEY).verify(body, headers)).not.toThrow();
      expect(() => new Webhook(KEY).verify(`${body} `, headers)).toThrow('No matching signature found');
    }
  });

  test('sign once with each secret', () => {
    const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
    const { headers, body } = signedRequest('{}', `${KEY}\n${other}`);
    for (const key of [KEY, other]) expect(() => new Webhook(key).verify(body, headers)).not.toThrow();
  });

  test('are of this moment, and each is another', async () => {
    const sample = await readSample(standardWebhooks, 'contact.created');
    const [one, other] = [standardWebhooks.sign(sample, KEY), standardWebhooks.sign(sample, KEY)];
    expect(one.headers['webhook-id']).toBe(one.id);
    expect(other.id).not.toBe(one.id);
    expect(Math.abs(Date.parse(String(read(one).timestamp)) - Date.now())).toBeLessThan(60_000);
  });

  test('of Augustus are in its envelope', async () => {
    const sample = await readSample(augustus, 'payout.paid');
    const request = augustus.sign(sample, KEY);
    expect(Object.keys(read(request))).toEqual(['id', 'type', 'api_version', 'payload', 'date']);
    expect(read(request)).toMatchObject({ id: request.id, payload: JSON.parse(sample.payload ?? '') });
  });
});

describe('Avaza as it is played', () => {
  test('sends the documented item in an array, and its name and secret beside it', async () => {
    const sample = await readSample(avaza, 'timesheet_created');
    const request = avaza.sign(sample, 'avaza:secret');
    expect(request.path).toBe('/timesheet_created');
    expect(request.headers.authorization).toBe('Basic YXZhemE6c2VjcmV0');
    const documented = JSON.stringify(parseKeepingDigits(sample.payload ?? ''));
    expect(documented).toContain('"Duration":4.0000,');
    expect(request.body.toString()).toBe(`[${documented.replace(/(?<="DateUpdated":")[^"]+/, request.id)}]`);
  });

  test('updates its record anew each time', () => {
    const many = Array.from({ length: 1_000 }, () => avaza.sign({ event: 'task_updated' }, SECRET).id);
    expect(new Set(many).size).toBe(many.length);
    expect(many[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  });
});

describe('GitHub as it is played', () => {
  test('signs the body as it is in the file, and names the event in a header', async () => {
    const sample = await readSample(hmac, 'pull_request.closed');
    const { headers, body, id } = hmac.sign(sample, SECRET);
    expect(headers).toMatchObject({
      'x-github-event': 'pull_request',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    });
    expect(body.toString()).toBe(sample.payload);
    expect(read(hmac.sign({ event: 'ping' }, SECRET))).toHaveProperty('zen');
  });
});

describe('the samples', () => {
  const catalogues: Readonly<Record<string, object>> = {
    ivvy: ivvyCatalogue,
    ivy: ivyCatalogue,
    augustus: augustusCatalogue,
    altoviz: altovizCatalogue,
    avaza: avazaCatalogue,
    'standard-webhooks': { 'contact.created': 'contact.created' },
    hmac: github.catalogue,
  };

  test.each(senders.map((sender) => [sender.provider, sender] as const))(
    'of %s are one for each known event, and can all be sent',
    async (provider, sender) => {
      const names = await sampleNames(provider);
      expect(names).toEqual(Object.keys(catalogues[provider] ?? {}).sort());
      expect(names).toContain(sender.defaultEvent);
      for (const event of [...names, ...sender.handshakes]) {
        const sample = await readSample(sender, event);
        const request = sender.signsWith === 'pki' ? sender.sign(sample, pki) : sender.sign(sample, SECRET);
        const { [request.tamperWith ?? '']: header, ...rest } = request.headers;
        expect(`${request.body} ${header} ${JSON.stringify(rest)}`).toContain(request.id);
        expect(tamper(request)).not.toEqual(request);
      }
    },
  );

  test('of iVvy go out under the topic of what they belong to', async () => {
    const topics = (await sampleNames('ivvy')).map((event) => {
      const topic = String(read(ivvy.sign({ event }, pki)).TopicArn);
      return `${event} ${topic.slice(topic.lastIndexOf('_') + 1)}`;
    });
    const of = (kind: string) => topics.filter((topic) => topic.endsWith(` Notif${kind}`)).length;
    expect(['Companies', 'Contacts', 'Crm', 'Payments', 'Venues', 'Ari'].map(of)).toEqual([
      3, 6, 12, 2, 27, 3,
    ]);
  });
});

describe('tampering', () => {
  test('changes one byte of what is signed and leaves the rest in good shape', async () => {
    for (const request of [
      ivvy.sign(await readSample(ivvy, 'CompanyAdded'), pki),
      ivvy.sign({ event: 'subscribe' }, pki),
      altoviz.sign(await readSample(altoviz, 'CustomerCreated'), SECRET),
    ]) {
      const original = Buffer.from(request.body);
      const { body, headers } = tamper(request);
      expect(request.body).toEqual(original);
      expect(headers).toEqual(request.headers);
      expect(body.length).toBe(original.length);
      expect(body.filter((byte, at) => byte !== original[at])).toHaveLength(1);
      if ('x-signature' in headers) expect(signAltoviz(body, SECRET)).not.toBe(headers['x-signature']);
      else expect(snsFits(JSON.parse(body.toString()))).toBe(false);
    }
  });
});

test('tampering changes the last character of a header where the body does not tell', () => {
  const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  for (const [request, name] of [
    [standardWebhooks.sign({ event: 'a.b' }, secret), 'webhook-id'],
    [avaza.sign({ event: 'task_created' }, secret), 'authorization'],
    [hmac.sign({ event: 'issues.opened' }, secret), 'x-hub-signature-256'],
  ] as const) {
    const { headers, body } = tamper(request);
    const original: Readonly<Record<string, string>> = request.headers;
    expect(body).toEqual(request.body);
    expect(headers[name]).not.toBe(original[name]);
    expect({ ...headers, [name]: headers[name]?.slice(0, -1) }).toEqual({
      ...original,
      [name]: original[name]?.slice(0, -1),
    });
  }
});

describe("the senders' JSON", () => {
  test('as PHP writes it is ASCII without a bare slash, and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = phpJson(value);
        expect(text).toMatch(/^[ -\x7f]*$/);
        expect(text).not.toMatch(/(?<!\\)\//);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('keeps each number as it was written', () => {
    const number = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,12})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const text = `[${numbers.join(',')}]`;
        expect(JSON.stringify(parseKeepingDigits(text))).toBe(text);
      }),
    );
  });
});
