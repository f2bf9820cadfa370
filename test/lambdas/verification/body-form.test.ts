import { createHmac } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyText, MAX_BODY_BYTES, storedBody } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { type BodyForm, isBodyForm, readBodyAs } from '../../../lambdas/verification/body-form.ts';
import { aRequest } from '../support/deliveries.ts';
import { jsonText } from '../support/json-text.ts';
import { reasonOf } from '../support/rejections.ts';
import { secretsOf } from '../support/tampering.ts';
import { utf8Text } from '../support/text.ts';

const SECRET = 'a-secret-of-the-sender';
const MARK = '\ufeff';

const settingsOf = (options: Partial<HmacOptions>) =>
  parseSettings(hmacSettings, 'acme', {
    name: 'acme',
    catalogue: { a: 'a.created' },
    header: 'x-signature',
    eventName: 'text:a',
    ...options,
  });

const sign = (content: string | Buffer) => createHmac('sha256', SECRET).update(content).digest('hex');

/** A delivery whose bytes are signed as they are. */
const delivery = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  aRequest(body, { headers: { 'x-signature': sign(body), ...headers } });
const GZIP = { 'content-encoding': 'gzip' };

const authenticate = (request: ReturnType<typeof delivery>, options: Partial<HmacOptions> = {}) =>
  hmac.authenticate(request, settingsOf(options), secretsOf(SECRET));
/** Why it is not stored; undefined where it is. */
const reason = (request: ReturnType<typeof delivery>, options: Partial<HmacOptions> = {}) =>
  reasonOf(async () => {
    await authenticate(request, options);
    return storedBody(request);
  });

describe('a body is read', () => {
  test.each<readonly [BodyForm, string, string]>([
    ['json', '{"a":1.0}', '{"a":1.0}'],
    ['json', `${MARK}[1]`, '[1]'],
    ['json-lines', '{"a":1}\n{"a":2}\n', '[{"a":1},{"a":2}]'],
    ['json-lines', '\n\n{"a":1}\r\n  \r\n{"a":2}', '[{"a":1},{"a":2}]'],
    ['json-lines', `${MARK}{"a":1}\n12345678901234567890`, '[{"a":1},12345678901234567890]'],
    ['json-lines', '', '[]'],
    ['json-lines', '\n', '[]'],
    ['form', 'a=1&b=x+y%21', '{"a":"1","b":"x y!"}'],
    ['form', 'a=1&a=2&b=3&a=4', '{"a":["1","2","4"],"b":"3"}'],
    ['form', 'a&b=&=c&&', '{"a":"","b":"","":"c"}'],
    ['form', '__proto__=x&__proto__=y&constructor=z', '{"__proto__":["x","y"],"constructor":"z"}'],
    ['form', `${MARK}a=1`, '{"a":"1"}'],
    ['form', '', '{}'],
    ['form', 'a=%zz&b=%E9&c=%F0%9F%98%80', '{"a":"%zz","b":"\ufffd","c":"😀"}'],
    ['form:payload', 'payload=%7B%22a%22%3A1%7D&x=y', '{"a":1}'],
    ['form:payload', `${MARK}payload={"a":"b%26c"}`, '{"a":"b&c"}'],
    ['form:a.b-c', 'a.b-c=[]', '[]'],
  ])('as %s: %j', (form, text, json) => {
    expect(JSON.stringify(readBodyAs(form, text))).toBe(json);
  });

  test.each<readonly [BodyForm, string, string]>([
    ['json', '', 'body-not-json'],
    ['json', '{"a":1}\n{"a":2}', 'body-not-json'],
    ['json', `${MARK}${MARK}{}x`, 'body-not-json'],
    ['json-lines', '{"a":1}\nx', 'body-not-json'],
    ['json-lines', '{"a":\n1}', 'body-not-json'],
    ['form:payload', '', 'body-shape'],
    ['form:payload', 'payload2=1', 'body-shape'],
    ['form:payload', 'payload={}&payload={}', 'body-shape'],
    ['form:payload', 'payload=x', 'body-not-json'],
    ['form:__proto__', 'a=1', 'body-shape'],
  ])('not as %s: %j is %s', async (form, text, expected) => {
    expect(await reasonOf(() => readBodyAs(form, text))).toBe(expected);
  });

  test.each(['json', 'json-lines', 'form', 'form:payload', 'form:a.b-c'])('%s is a form', (form) => {
    expect(isBodyForm(form)).toBe(true);
  });
  test.each(['xml', 'form:', 'form:a b', 'FORM', 'json-lines ', '', 5, null])('%j is none', (form) => {
    expect(isBodyForm(form)).toBe(false);
  });

  test('as a form: each field once, in any encoding, as URLSearchParams writes it', () =>
    fc.assert(
      fc.property(fc.dictionary(utf8Text(10), utf8Text(20)), (fields) => {
        const read = readBodyAs('form', new URLSearchParams(Object.entries(fields)).toString());
        expect(Object.entries(read as object)).toEqual(
          Object.entries(fields).map(([name, value]) => [name, value]),
        );
      }),
    ));
});

describe('a body that is compressed', () => {
  const FORMS: readonly (readonly [Partial<HmacOptions>, string])[] = [
    [{}, '{"type":"a"}'],
    [{ bodyForm: 'json-lines', items: 'body', eventName: 'item:type' }, '{"type":"a"}\n{"type":"b"}'],
    [{ bodyForm: 'form', eventName: 'body:type' }, 'type=a'],
    [{ bodyForm: 'form:payload' }, 'payload={"type":"a"}'],
  ];

  test.each(FORMS)('is read: %j', async (options, text) => {
    const zipped = gzipSync(text);
    expect(await reason(delivery(zipped, GZIP), options)).toBeUndefined();
    expect(storedBody(delivery(zipped, GZIP))).toEqual({ body: text });
    // Signed before it was compressed.
    const decoded = aRequest(zipped, { headers: { 'x-signature': sign(text), ...GZIP } });
    expect(await reason(decoded, options)).toBe('signature-mismatch');
    expect(await reason(decoded, { ...options, signedBytes: 'decoded' })).toBeUndefined();
    expect(await reason(delivery(zipped, GZIP), { ...options, signedBytes: 'decoded' })).toBe(
      'signature-mismatch',
    );
  });

  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, '{"type":"a"}\n'));
  test.each(FORMS)('to a bomb is too large, without being read to its end: %j', async (options) => {
    const before = process.memoryUsage().arrayBuffers;
    for (const signedBytes of ['as-sent', 'decoded'] as const) {
      expect(await reason(delivery(bomb, GZIP), { ...options, signedBytes })).toBe('body-too-large');
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MAX_BODY_BYTES);
  });

  test('may be as large as a body may be', async () => {
    const text = '{"type":"a"}'.padEnd(MAX_BODY_BYTES);
    expect(await reason(delivery(gzipSync(text), GZIP))).toBeUndefined();
    expect(await reason(delivery(gzipSync(`${text} `), GZIP))).toBe('body-too-large');
  });

  const inBase64 = (body: Buffer) => ({ body: body.toString('base64'), bodyEncoding: 'base64' });
  const BODIES: readonly (readonly [string, Buffer, (body: Buffer) => object])[] = [
    ['that is none', Buffer.from('{"type":"a"}'), (body) => ({ body: body.toString() })],
    ['that is gzip', gzipSync('{"type":"a"}'), () => ({ body: '{"type":"a"}' })],
    ['that is gzip, cut off', gzipSync('{"type":"a"}').subarray(0, -4), inBase64],
    ['that begins like gzip', Buffer.from([0x1f, 0x8b]), inBase64],
    ['that is gzip of no UTF-8', gzipSync(Buffer.from([0x22, 0xff, 0x22])), inBase64],
    ['that is compressed in another way', deflateSync('{"type":"a"}'), inBase64],
    ['that is nothing', Buffer.alloc(0), () => ({ body: '' })],
  ];

  test.each(BODIES)(
    'says so itself: no header changes what is stored of one %s',
    async (_, body, expected) => {
      for (const encoding of [undefined, 'gzip', ' GZIP ', 'br', 'gzip, gzip', 'identity']) {
        const headers: Record<string, string> =
          encoding === undefined ? {} : { 'content-encoding': encoding };
        const request = delivery(body, headers);
        expect(await reason(request)).toBeUndefined();
        expect(storedBody(request)).toEqual(expected(body));
      }
    },
  );

  test('and signed before, is refused if it can’t be decompressed', async () => {
    const cut = gzipSync('{"type":"a"}').subarray(0, -4);
    expect(await reason(delivery(cut, GZIP), { signedBytes: 'decoded' })).toBe('body-not-json');
  });
});

describe('a mark before a body, where the sender signs what is behind it', () => {
  const options = {
    bodyForm: 'form',
    signedBytes: 'decoded',
    eventName: 'body:type',
    eventId: 'body:id',
  } as const;
  const FORM = 'id=1&type=a';
  const events = (sent: string, more: Partial<HmacOptions> = {}) =>
    hmac.interpret({ body: sent, headers: {}, path: {} }, settingsOf({ ...options, ...more }));

  test('can be put there by a person who reads one, and makes no other event of it', async () => {
    for (const body of [FORM, MARK + FORM]) {
      const request = aRequest(body, { headers: { 'x-signature': sign(FORM) } });
      expect(await reason(request, options)).toBeUndefined();
    }
    expect(events(MARK + FORM)).toEqual(events(FORM));
    const byText = { eventId: undefined };
    expect(events(MARK + FORM, byText)).toEqual(events(FORM, byText));
    const byJson = { ...byText, bodyForm: 'json' } as const;
    expect(events(`${MARK}{"type":"a"}`, byJson)).toEqual(events('{"type":"a"}', byJson));
  });
});

describe('what is stored is what was received', () => {
  const KINDS: readonly (readonly [Partial<HmacOptions>, fc.Arbitrary<string>])[] = [
    [{}, jsonText().map(({ sent }) => `{"a":${sent}}`)],
    [
      { items: 'body' },
      fc.array(jsonText(), { maxLength: 4 }).map((list) => `[${list.map(({ sent }) => sent)}]`),
    ],
    [
      { bodyForm: 'json-lines', items: 'body' },
      fc
        .array(
          jsonText().map(({ sent }) => sent.replaceAll(/[\n\r]/g, ' ')),
          { maxLength: 4 },
        )
        .map((list) => list.join('\n')),
    ],
    [
      { bodyForm: 'form' },
      fc
        .array(fc.tuple(utf8Text(8), utf8Text(8)), { maxLength: 4 })
        .map((list) => new URLSearchParams(list).toString()),
    ],
    [{ bodyForm: 'form' }, utf8Text(60)],
    [{ bodyForm: 'form:p' }, jsonText().map(({ sent }) => `x=1&p=${encodeURIComponent(`[${sent}]`)}`)],
  ];

  test('and is interpreted to the same events, today and when it is replayed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS).chain(([options, text]) => text.map((body) => ({ options, body }))),
        fc.constantFrom('', '', MARK),
        fc.boolean(),
        fc.constantFrom('as-sent' as const, 'decoded' as const),
        async ({ options, body }, mark, isZipped, signedBytes) => {
          const text = mark + body;
          const bytes = isZipped ? gzipSync(text) : Buffer.from(text);
          const bare = text.startsWith(MARK) ? text.slice(1) : text;
          const signature = sign(signedBytes === 'decoded' ? bare : bytes);
          const headers = { 'x-signature': signature, ...(isZipped && GZIP) };
          const request = aRequest(bytes, { headers });
          const settings = settingsOf({ ...options, signedBytes });
          const { outcome, parsed } = await hmac.authenticate(request, settings, secretsOf(SECRET));
          if (outcome === 'empty') return;
          const content = { body: bodyText(request), headers: {}, path: {} };
          const write = (events: unknown) => JSON.stringify(events);
          expect(content.body).toBe(text);
          expect(write(hmac.interpret(content, settings))).toBe(
            write(hmac.interpret(content, settings, parsed)),
          );
        },
      ),
      { numRuns: 400 },
    ));
});
