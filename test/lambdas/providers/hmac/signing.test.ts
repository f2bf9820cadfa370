import { createHmac, hash } from 'node:crypto';
import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WebhookRequest } from '../../../../lambdas/core/request.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import { extendSha256 } from '../../../e2e/attackers/support/length-extension.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { changedBytes, expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { utf8Text } from '../../support/text.ts';

// Where the signature stands, and what is signed: each as a sender signs, by node:crypto alone.

const SECRET = 'a-secret-of-the-sender';
const BODY = '{"type":"a.created","id":1}';
const URL_ = 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/acme';
const NOW = String(RECEIVED_AT.getTime() / 1000);

const settingsOf = (options: Partial<HmacOptions>) =>
  parseSettings(hmacSettings, 'acme', {
    name: 'acme',
    catalogue: { 'a.created': 'a.created' },
    eventName: 'text:a.created',
    ...options,
  });

const sign = (
  content: string | Buffer,
  { algorithm = 'sha256', encoding = 'hex' as 'hex' | 'base64', key = SECRET } = {},
) => createHmac(algorithm, key).update(content).digest(encoding);

const reason = (request: WebhookRequest, options: Partial<HmacOptions>, ...secrets: readonly string[]) =>
  reasonOf(() =>
    hmac.authenticate(request, settingsOf(options), secretsOf(...(secrets.length > 0 ? secrets : [SECRET]))),
  );

/** Where a sender puts its signature over the raw body, and which settings say so. */
const PLACES: readonly (readonly [
  string,
  Partial<HmacOptions>,
  (signature: string) => { readonly headers?: Record<string, string>; readonly url?: string },
])[] = [
  ['a header', { signature: 'header:x-sig' }, (sig) => ({ headers: { 'x-sig': sig } })],
  [
    'the second of two headers',
    { signature: ['header:x-one', 'header:x-two'] },
    (sig) => ({ headers: { 'x-two': sig } }),
  ],
  [
    'both of two headers',
    { signature: ['header:x-one', 'header:x-two'] },
    (sig) => ({ headers: { 'x-one': sign('x'), 'x-two': sig } }),
  ],
  ['the first numbered header', { signature: 'header:x-sig-*' }, (sig) => ({ headers: { 'x-sig-1': sig } })],
  [
    'the third numbered header',
    { signature: 'header:x-sig-*' },
    (sig) => ({ headers: { 'x-sig-1': sign('x'), 'x-sig-2': 'no signature', 'x-sig-3': sig } }),
  ],
  [
    'a key of a list',
    { signature: 'header:x-sig.v1' },
    (sig) => ({ headers: { 'x-sig': `t=1, v0=${sign('x')}, v1=${sig}` } }),
  ],
  [
    'one of several entries of a key',
    { signature: 'header:x-sig.h1', separators: { entries: ';', pair: '=' } },
    (sig) => ({ headers: { 'x-sig': `ts=1;h1=${sign('x')};h1=${sig}` } }),
  ],
  [
    'a list with separators of its own',
    { signature: 'header:x-sig.sig', separators: { entries: ' ', pair: ':' } },
    (sig) => ({ headers: { 'x-sig': `time:1 sig:${sig}` } }),
  ],
  [
    'an entry of a list without keys',
    { signature: 'header:x-sig.1' },
    (sig) => ({ headers: { 'x-sig': `${NOW},${sig}` } }),
  ],
  [
    'the rest of a list without keys',
    { signature: 'header:x-sig.1+' },
    (sig) => ({ headers: { 'x-sig': `${NOW},${sign('x')},${sig}` } }),
  ],
  [
    'Authorization',
    { signature: 'header:authorization', prefix: 'HMAC ' },
    (sig) => ({ headers: { authorization: `HMAC ${sig}` } }),
  ],
  [
    'the query',
    { signature: 'query:sig' },
    (sig) => ({ url: `${URL_}?${new URLSearchParams({ a: 'b', sig })}` }),
  ],
];

describe.each(PLACES)('a signature in %s', (_, options, put) => {
  test.each(['hex', 'base64'] as const)('is found, in %s, whatever the body', (encoding) =>
    fc.assert(
      fc.asyncProperty(utf8Text(), fc.boolean(), async (text, isOther) => {
        const body = JSON.stringify({ type: 'a', text });
        const signature = sign(body, { encoding, ...(isOther && { key: `${SECRET}x` }) });
        const request = aRequest(body, { url: URL_, ...put(signature) });
        expect(await reason(request, { ...options, encoding })).toBe(
          isOther ? 'signature-mismatch' : undefined,
        );
      }),
      { numRuns: 50 },
    ),
  );

  test('counts to the last bit of the body and the secret', () =>
    expectEveryChangeToCount({
      provider: hmac,
      settings: settingsOf(options),
      request: aRequest(BODY, { url: URL_, ...put(sign(BODY)) }),
      secret: SECRET,
      signedHeaders: [],
      signedQuery: options.signature === 'query:sig' ? ['sig'] : [],
    }));

  test('is missing', async () => {
    expect(await reason(aRequest(BODY, { url: URL_ }), options)).toBe('signature-missing');
  });
});

describe('of the places of a signature', () => {
  test('numbered headers are read from 1 on, without a gap', async () => {
    const options = { signature: 'header:x-sig-*' };
    const of = (headers: Record<string, string>) => reason(aRequest(BODY, { headers }), options);
    expect(await of({ 'x-sig-0': sign(BODY) })).toBe('signature-missing');
    expect(await of({ 'x-sig-2': sign(BODY) })).toBe('signature-missing');
    expect(await of({ 'x-sig-01': sign(BODY) })).toBe('signature-missing');
    expect(await of({ 'x-sig-1': 'x', 'x-sig-3': sign(BODY) })).toBe('signature-malformed');
  });

  test('more than twenty signatures are refused without work', async () => {
    const many = (count: number, last: string) =>
      [...Array<string>(count - 1).fill(sign('x')), last].join(',');
    const of = (value: string) =>
      reason(aRequest(BODY, { headers: { 'x-sig': value } }), { signature: 'header:x-sig.0+' });
    expect(await of(many(20, sign(BODY)))).toBeUndefined();
    expect(await of(many(21, sign(BODY)))).toBe('signature-malformed');
    const numbered = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [`x-sig-${index + 1}`, sign(BODY)]),
    );
    expect(await reason(aRequest(BODY, { headers: numbered }), { signature: 'header:x-sig-*' })).toBe(
      'signature-malformed',
    );
  });

  test('a parameter that is repeated has no value', async () => {
    const url = `${URL_}?sig=${sign(BODY)}&sig=${sign(BODY)}`;
    expect(await reason(aRequest(BODY, { url }), { signature: 'query:sig' })).toBe('signature-missing');
  });
});

describe('a signature in the body, over some of its values', () => {
  const options = {
    signature: 'body:proof.sig',
    signedContent: '{body:proof.time}{body:proof.token}',
    unsignedBody: true,
    timestamp: 'body:proof.time',
    timestampUnit: 'seconds',
  } as const;
  const body = (token: string, time = NOW, event = 1) =>
    JSON.stringify({ proof: { time, token, sig: sign(time + token) }, event });

  test('is accepted, and any other value is not', () =>
    fc.assert(
      fc.asyncProperty(utf8Text(), utf8Text(), async (token, other) => {
        const genuine = body(token);
        expect(await reason(aRequest(genuine), options)).toBe(undefined);
        if (other === token) return;
        const { proof } = JSON.parse(genuine);
        const changed = JSON.stringify({ proof: { ...proof, token: other } });
        expect(await reason(aRequest(changed), options)).toBe('signature-mismatch');
      }),
    ));

  test('says nothing of the rest, as openings says', async () => {
    const { proof } = JSON.parse(body('t'));
    expect(await reason(aRequest(JSON.stringify({ proof, event: 2 })), options)).toBeUndefined();
    expect(hmac.openings(settingsOf(options)).join()).toContain('the body is not signed as a whole');
  });

  test('is stale after five minutes', async () => {
    expect(await reason(aRequest(body('t', String(Number(NOW) - 301))), options)).toBe('stale');
  });
});

describe('a signature in each item', () => {
  const options = {
    items: 'body:items',
    signature: 'item:sig',
    signedContent: '{item:id}:{item:amount.value}:{item:success}',
    unsignedBody: true,
    encoding: 'base64',
    secretEncoding: 'hex',
  } as const;
  const HEX = Buffer.from('a key of thirty-two bytes or more').toString('hex');
  const key = Buffer.from(HEX, 'hex');
  const item = (id: string, value: number, success: boolean) => ({
    id,
    amount: { value },
    success,
    sig: createHmac('sha256', key).update(`${id}:${value}:${success}`).digest('base64'),
  });
  const of = (items: readonly object[]) => reason(aRequest(JSON.stringify({ items })), options, HEX);

  test('is accepted if each is genuine', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(utf8Text(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (values, at) => {
          const items = values.map((value) => item(...value));
          expect(await of(items)).toBeUndefined();
          const index = at % items.length;
          const changed = items.with(index, { ...item('x', 1, true), amount: { value: 2 } });
          expect(await of(changed)).toBe('signature-mismatch');
          const unsigned = items.with(index, { ...item('x', 1, true), sig: '' });
          expect(await of(unsigned)).toBe('signature-missing');
        },
      ),
    ));

  test('of an empty list is none: nothing shows that the sender has the secret', async () => {
    expect(await of([])).toBe('signature-missing');
    expect(await reason(aRequest('{"items":{}}'), options, HEX)).toBe('body-shape');
  });

  test('of another item is none', async () => {
    const [one, other] = [item('a', 1, true), item('b', 1, true)];
    expect(await of([{ ...one, sig: other.sig }])).toBe('signature-mismatch');
    expect(await of([one, one])).toBeUndefined();
  });
});

describe('what is signed', () => {
  const FORM = [
    ['b', '2'],
    ['a', 'é +&='],
    ['a', '1'],
    ['a', '1'],
  ] as const;
  const form = new URLSearchParams(FORM.map(([name, value]): [string, string] => [name, value])).toString();
  const headers = { 'x-id': 'an id', 'x-list': 't=17,v=x' };

  /** A template, what a sender signs by it, and what of the request is in it. */
  test.each<readonly [string, Partial<HmacOptions>, string, string | Buffer]>([
    ['{x-id}.{body}', {}, BODY, `an id.${BODY}`],
    ['{header:x-list.t}:{body}', {}, BODY, `17:${BODY}`],
    ['{query:q}|{body}', {}, BODY, `a b|${BODY}`],
    ['{body:type}/{body:id}/{body}', {}, BODY, `a.created/1/${BODY}`],
    ['{body:none}/{body}', {}, BODY, `/${BODY}`],
    ['{method} {url} {body}', {}, BODY, `POST ${URL_}?q=a%20b ${BODY}`],
    [
      '{url}{body}',
      { url: 'https://hooks.example.com/x' },
      BODY,
      `https://hooks.example.com/x?q=a%20b${BODY}`,
    ],
    [
      '{url}{body}',
      { url: 'https://hooks.example.com/x?y=z' },
      BODY,
      `https://hooks.example.com/x?y=z${BODY}`,
    ],
    ['{sha256:body}', {}, BODY, hash('sha256', BODY)],
    ['{x-id}.{sha256:body}', {}, BODY, `an id.${hash('sha256', BODY)}`],
    ['{x-id}|{crc32:body}', {}, BODY, `an id|${crc32(BODY)}`],
    ['raw', { bodyForm: 'form' }, form, form],
    ['{url}{form}', { bodyForm: 'form' }, form, `${URL_}?q=a%20bb2aé +&=a1a1`],
    // Twilio: by name and value, equal ones once.
    ['{url}{form:sorted}', { bodyForm: 'form' }, form, `${URL_}?q=a%20ba1aé +&=b2`],
    ['{body}', { bodyForm: 'form:p' }, 'p={"a":1}', 'p={"a":1}'],
    ['{body}.{x-id}', { bodyForm: 'json-lines' }, '{"a":1}\n{"a":2}', '{"a":1}\n{"a":2}.an id'],
  ])('by %s, with %j', async (signedContent, options, body, content) => {
    const all = { header: 'x-sig', signedContent, ...options };
    const url = `${URL_}?q=a%20b`;
    const request = aRequest(body, { url, headers: { ...headers, 'x-sig': sign(content) } });
    expect(await reason(request, all)).toBeUndefined();
    // Each byte of the body is in it, whatever the template.
    const isOfFields = signedContent.includes('form');
    const fieldsOf = (text: string): string => {
      const fields = [...new URLSearchParams(text)].map((field) => field.join(''));
      return (signedContent.includes('sorted') ? [...new Set(fields.sort())] : fields).join('');
    };
    await fc.assert(
      fc.asyncProperty(changedBytes(Buffer.from(body)), async (other) => {
        // Of a form the same fields may be written in another way.
        if (isOfFields && fieldsOf(other.toString()) === fieldsOf(body)) return;
        expect(await reason({ ...request, body: other }, all)).not.toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test.each(['{x-id}.{body}', '{x-list.t}.{body}', '{query:q}.{body}'])(
    'by %s, is missing',
    async (signedContent) => {
      const request = aRequest(BODY, { url: URL_, headers: { 'x-sig': sign(`.${BODY}`) } });
      expect(await reason(request, { header: 'x-sig', signedContent })).toBe('signature-missing');
    },
  );

  test('may be the bytes before they were compressed and got a mark', async () => {
    const options = { header: 'x-sig', signedBytes: 'decoded', signedContent: 'v0:{body}' } as const;
    for (const body of [BODY, `\ufeff${BODY}`]) {
      for (const bytes of [Buffer.from(body), gzipSync(body)]) {
        const isZipped = !bytes.equals(Buffer.from(body));
        const more = { 'x-sig': sign(`v0:${BODY}`), ...(isZipped && { 'content-encoding': 'gzip' }) };
        expect(await reason(aRequest(bytes, { headers: more }), options)).toBeUndefined();
        expect(await reason(aRequest(bytes, { headers: more }), { ...options, signedBytes: 'as-sent' })).toBe(
          bytes.equals(Buffer.from(BODY)) ? undefined : 'signature-mismatch',
        );
      }
    }
  });

  test('may be the hash of the body, in a signed URL', async () => {
    const options = { header: 'x-sig', signedContent: '{url}', bodyHash: 'query:h' };
    const url = `${URL_}?h=${hash('sha256', BODY)}`;
    const request = aRequest(BODY, { url, headers: { 'x-sig': sign(url) } });
    expect(await reason(request, options)).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(changedBytes(Buffer.from(BODY)), async (body) => {
        expect(await reason({ ...request, body }, options)).toBe('signature-mismatch');
      }),
    );
    const other = '{"type":"forged"}';
    const forged = { ...request, url: `${URL_}?h=${hash('sha256', other)}`, body: Buffer.from(other) };
    expect(await reason(forged, options)).toBe('signature-mismatch');
    expect(await reason({ ...request, url: URL_, headers: { 'x-sig': sign(URL_) } }, options)).toBe(
      'signature-mismatch',
    );
  });
});

describe('a hash over secret and content', () => {
  const ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
  const WAYS = [
    ['{secret}{body}', (body: string) => SECRET + body],
    ['{body}{secret}', (body: string) => body + SECRET],
    ['{secret}{method}{url}{body}', (body: string) => `${SECRET}POST${URL_}${body}`],
    ['{secret}.{body}.{secret}', (body: string) => `${SECRET}.${body}.${SECRET}`],
  ] as const;

  test.each(
    ALGORITHMS.flatMap((algorithm) => WAYS.map(([template, text]) => [algorithm, template, text] as const)),
  )('by %s, %s, is accepted, and any change of it counts', async (algorithm, signedContent, text) => {
    const options = { header: 'x-sig', signedContent, algorithm };
    const request = aRequest(BODY, { url: URL_, headers: { 'x-sig': hash(algorithm, text(BODY)) } });
    await expectEveryChangeToCount({
      provider: hmac,
      settings: settingsOf(options),
      request,
      secret: SECRET,
      signedHeaders: ['x-sig'],
    });
    // An HMAC is no such hash.
    const hmacOf = { 'x-sig': sign(BODY, { algorithm }) };
    expect(await reason({ ...request, headers: hmacOf }, options)).toBe('signature-mismatch');
  });

  test.each(['json', 'json-lines', 'form', 'form:p'] as const)(
    'can be extended without the secret, but what it is extended by is no UTF-8: a body in %s',
    async (bodyForm) => {
      const options = { header: 'x-sig', signedContent: '{secret}{body}', bodyForm };
      const genuine = bodyForm.startsWith('form') ? 'p={}' : '{"a":1}';
      const digest = hash('sha256', SECRET + genuine, 'buffer');
      for (const suffix of ['', '{"type":"forged"}', '&a=forged', '\n{"type":"forged"}']) {
        const forged = extendSha256(digest, SECRET.length + genuine.length, suffix);
        const body = Buffer.concat([Buffer.from(genuine), forged.appended]);
        // The hash fits.
        expect(forged.digest).toEqual(hash('sha256', Buffer.concat([Buffer.from(SECRET), body]), 'buffer'));
        const request = aRequest(body, { headers: { 'x-sig': forged.digest.toString('hex') } });
        expect(await reason(request, options)).toBe('body-not-json');
      }
    },
  );
});

describe('the time that is signed', () => {
  const at = (time: string, timestampUnit: HmacOptions['timestampUnit']) =>
    reason(aRequest(BODY, { headers: { 'x-time': time, 'x-sig': sign(`${time}.${BODY}`) } }), {
      header: 'x-sig',
      signedContent: '{x-time}.{body}',
      timestamp: 'header:x-time',
      timestampUnit,
    });
  const MS = String(RECEIVED_AT.getTime());
  const ISO = RECEIVED_AT.toISOString();

  test.each([
    [NOW, 'seconds', undefined],
    [MS, 'seconds', 'signature-malformed'],
    [ISO, 'seconds', 'signature-malformed'],
    [`0${NOW}`, 'seconds', 'signature-malformed'],
    [`${NOW}.0`, 'seconds', 'signature-malformed'],
    [`+${NOW}`, 'seconds', 'signature-malformed'],
    [MS, 'milliseconds', undefined],
    [NOW, 'milliseconds', 'signature-malformed'],
    [`0${MS}`, 'milliseconds', 'signature-malformed'],
    [ISO, 'iso', undefined],
    [NOW, 'iso', 'signature-malformed'],
    ['2024-03-11T01:01:00+01:00', 'iso', undefined],
    ['2024-03-11 00:01:00 UTC', 'iso', undefined],
    ['2024-03-11T00:01:00 ', 'iso', 'signature-malformed'],
    [NOW, undefined, undefined],
    [MS, undefined, undefined],
    [ISO, undefined, undefined],
    [`0${NOW}`, undefined, 'signature-malformed'],
    ['soon', undefined, 'signature-malformed'],
  ] as const)('%s, in %s: %s', async (time, unit, expected) => {
    expect(await at(time, unit)).toBe(expected);
  });
});
