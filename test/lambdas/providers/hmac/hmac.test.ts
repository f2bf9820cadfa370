import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { utf8Text } from '../../support/text.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'a-secret-of-somebody-else';
const OPTIONS: HmacOptions = {
  name: 'acme',
  catalogue: { 'user.created': 'user.created' },
  header: 'x-signature',
  eventName: 'body:type',
};
const BODY = '{"type":"user.created"}';

const settingsOf = (options: Partial<HmacOptions> = {}) =>
  parseSettings(hmacSettings, 'acme', { ...OPTIONS, ...options });

const signed = (
  body: string,
  { algorithm = 'sha256', encoding = 'hex', key = SECRET as string | Buffer } = {},
) =>
  aRequest(body, {
    headers: {
      'x-signature': createHmac(algorithm, key)
        .update(body)
        .digest(encoding as 'hex'),
    },
  });

const authenticate = (request = signed(BODY), options: Partial<HmacOptions> = {}, secret = SECRET) =>
  hmac.authenticate(request, settingsOf(options), secretsOf(secret));

describe('the signature', () => {
  const ways = (['sha1', 'sha256', 'sha384', 'sha512'] as const).flatMap((algorithm) =>
    (['hex', 'base64'] as const).map((encoding) => [algorithm, encoding] as const),
  );

  test.each(ways)('in %s and %s counts to the last bit', (algorithm, encoding) =>
    expectEveryChangeToCount({
      provider: hmac,
      settings: settingsOf({ algorithm, encoding }),
      request: signed(BODY, { algorithm, encoding }),
      secret: SECRET,
      signedHeaders: ['x-signature'],
    }),
  );

  test.each(ways)('in %s and %s is no other', async (algorithm, encoding) => {
    for (const [otherAlgorithm, otherEncoding] of ways) {
      const reason = await reasonOf(() =>
        authenticate(signed(BODY, { algorithm: otherAlgorithm, encoding: otherEncoding }), {
          algorithm,
          encoding,
        }),
      );
      const same = algorithm === otherAlgorithm && encoding === otherEncoding;
      // 32 bytes in hex are as long as 48 in base64, and may be read as these.
      if (same) expect(reason).toBeUndefined();
      else expect(reason).toMatch(/^signature-(malformed|mismatch)$/);
    }
  });

  test('may be in upper case as a whole', async () => {
    const header = signed(BODY).headers['x-signature'] ?? '';
    const reason = (value: string) =>
      reasonOf(() => authenticate(aRequest(BODY, { headers: { 'x-signature': value } })));
    expect(await reason(header.toUpperCase())).toBeUndefined();
    expect(await reason(header.slice(0, 32).toUpperCase() + header.slice(32))).toBe('signature-malformed');
  });

  test('is missing, or without its prefix', async () => {
    expect(await reasonOf(() => authenticate(aRequest(BODY)))).toBe('signature-missing');
    expect(await reasonOf(() => authenticate(signed(BODY), { prefix: 'sha256=' }))).toBe(
      'signature-malformed',
    );
  });
});

describe('the secret', () => {
  // As long as a block of SHA-256: HMAC fills up shorter keys with zeros, so a zero more at the end would be the same key.
  const KEY = Buffer.from('0123456789abcdef'.repeat(4));

  test.each([
    ['base64', KEY.toString('base64')],
    ['hex', KEY.toString('hex')],
    ['hex', KEY.toString('hex').toUpperCase()],
    ['whsec', `whsec_${KEY.toString('base64')}`],
  ] as const)('may stand for other bytes, in %s', (secretEncoding, secret) =>
    expectEveryChangeToCount({
      provider: hmac,
      settings: settingsOf({ secretEncoding }),
      request: signed(BODY, { key: KEY }),
      secret,
      signedHeaders: ['x-signature'],
    }),
  );

  test.each(['base64', 'hex', 'whsec'] as const)(
    'that is no %s: the provider is to come again',
    async (secretEncoding) => {
      expect(await reasonOf(() => authenticate(signed(BODY), { secretEncoding }))).toBe('secret-unset');
    },
  );

  test.each([
    ['base64', 'the secret is not base64'],
    ['hex', 'the secret is not hex digits, all in lower or all in upper case'],
    ['whsec', 'the secret is not whsec_ and the base64 of 24 to 64 bytes'],
  ] as const)('that is no %s: the log has "%s"', async (secretEncoding, detail) => {
    await expect(authenticate(signed(BODY), { secretEncoding })).rejects.toThrow(new Error(detail));
  });
});

describe('what is signed', () => {
  test('is the body between whatever the template has', () =>
    fc.assert(
      fc.asyncProperty(
        utf8Text(),
        fc
          .string({ unit: fc.constantFrom(...'$&`.:;{}é €'), maxLength: 8 })
          .filter((text) => !/[{}]/.test(text)),
        fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
        async (text, between, id) => {
          const body = JSON.stringify({ type: 'a', text });
          const key = createHmac('sha256', SECRET).update(`${between}${id}${between}${body}${between}`);
          const request = aRequest(body, { headers: { 'x-id': id, 'x-signature': key.digest('hex') } });
          const signedContent = `${between}{x-id}${between}{body}${between}`;
          expect(await reasonOf(() => authenticate(request, { signedContent }))).toBeUndefined();
        },
      ),
    ));

  test('of a field that is empty, null or missing is an empty text; an object or a list is none', async () => {
    const options = { signedContent: '{body:a}:{body:b}', unsignedBody: true };
    const signature = createHmac('sha256', SECRET).update('x:').digest('hex');
    const reason = (body: string) =>
      reasonOf(() => authenticate(aRequest(body, { headers: { 'x-signature': signature } }), options));
    for (const b of ['""', 'null']) expect(await reason(`{"type":"t","a":"x","b":${b}}`)).toBeUndefined();
    expect(await reason('{"type":"t","a":"x"}')).toBeUndefined();
    for (const b of ['{}', '[]', '{"c":1}', '["forged"]']) {
      expect(await reason(`{"type":"t","a":"x","b":${b}}`)).toBe('signature-malformed');
    }
  });

  test('may hold bytes that are no text', async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]);
    const request = aRequest(body, {
      headers: { 'x-signature': createHmac('sha256', SECRET).update('v1:').update(body).digest('hex') },
    });
    const settings = settingsOf({ signedContent: 'v1:{body}' });
    expect((await expectUnrecognized(hmac, settings, request, SECRET)).data_base64).toBe('Iv8i');
  });
});

describe('a signed URL', () => {
  const URL_ = 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/acme?k=v';
  const post = (signedText: string, url: string, body: string, options: Partial<HmacOptions> = {}) => {
    const request = { ...signed(signedText), url, body: Buffer.from(body), method: 'POST' };
    return reasonOf(() => authenticate(request, { signedContent: '{url}{body}', ...options }));
  };

  test('is that of the request, or that of the setting where a proxy changes it', async () => {
    expect(await post(URL_ + BODY, URL_, BODY)).toBeUndefined();
    expect(await post(URL_ + BODY, `${URL_}&x=1`, BODY)).toBe('signature-mismatch');
    const outside = 'https://hooks.example.com/acme';
    expect(await post(outside + BODY, URL_, BODY)).toBe('signature-mismatch');
    expect(await post(`${outside}?k=v${BODY}`, URL_, BODY, { url: outside })).toBeUndefined();
    expect(await post(`${outside}?own=1${BODY}`, URL_, BODY, { url: `${outside}?own=1` })).toBeUndefined();
  });

  test('may stand with the method', async () => {
    const signedContent = '{method}{url}{body}';
    expect(await post(`POST${URL_}${BODY}`, URL_, BODY, { signedContent })).toBeUndefined();
    expect(await post(`PUT${URL_}${BODY}`, URL_, BODY, { signedContent })).toBe('signature-mismatch');
  });

  test('can’t be cut in another place: a part of the body in the query leaves no JSON', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(fc.jsonValue(), { minLength: 1 }),
          fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        ),
        fc.nat(),
        async (value, cut) => {
          const text = URL_ + JSON.stringify(value);
          const at = URL_.length + 1 + (cut % (text.length - URL_.length));
          expect(await post(text, text.slice(0, at), text.slice(at))).toMatch(/^body-/);
        },
      ),
    ));
});

describe('a time of signing in the body', () => {
  const NOW = RECEIVED_AT.getTime();
  const at = (time: unknown, tolerance?: number) =>
    reasonOf(() =>
      authenticate(signed(JSON.stringify({ type: 'a', sent: { at: time } })), {
        timestamp: 'body:sent.at',
        ...(tolerance !== undefined && { tolerance }),
      }),
    );

  test.each([
    [NOW / 1000, undefined],
    [String(NOW / 1000), undefined],
    [NOW, undefined],
    [RECEIVED_AT.toISOString(), undefined],
    [NOW / 1000 - 300, undefined],
    [NOW / 1000 - 301, 'stale'],
    [NOW + 301_000, 'future'],
    ['soon', 'signature-malformed'],
    [null, 'signature-malformed'],
    [undefined, 'signature-malformed'],
  ])('%j: %s', async (time, reason) => {
    expect(await at(time)).toBe(reason);
  });

  test('is as far off as is tolerated', async () => {
    expect(await at(NOW - 301_000, 600)).toBeUndefined();
    expect(await at(NOW - 2_000, 1)).toBe('stale');
  });
});

describe('the body', () => {
  test.each([
    'x',
    'type=user.created',
    '5',
    '1.0',
    'null',
    '"user.created"',
    '{}',
    '{"type":{}}',
    '{"type":""}',
  ])('is stored though not understood: %s', async (body) => {
    expect((await expectUnrecognized(hmac, settingsOf(), signed(body), SECRET)).data).toBe(body);
  });

  test.each(['5', '1.0', 'null', 'true', '"user.created"', 'x'])(
    'is an object or an array where the signed text could be cut elsewhere: not %s',
    async (body) => {
      const headers = {
        'x-id': '1',
        'x-signature': createHmac('sha256', SECRET).update(`1.${body}`).digest('hex'),
      };
      const reason = await reasonOf(() =>
        authenticate(aRequest(body, { headers }), { signedContent: '{x-id}.{body}' }),
      );
      expect(reason).toMatch(/^body-/);
    },
  );

  test('that is an empty list holds no event', async () => {
    expect(await authenticate(signed('[]'))).toEqual({ outcome: 'empty' });
  });
});

describe('a body of several events', () => {
  const options = {
    items: 'body:events',
    eventName: ['header:x-kind', 'item:type'],
    eventId: 'item:id',
    entityId: 'item:user.id',
    time: 'item:at',
    testEvents: ['users.ping'],
  } satisfies Partial<HmacOptions>;
  const headers = { 'x-kind': 'users' };
  const post = (body: string, more: Partial<HmacOptions> = {}) => {
    const request = signed(body);
    return authenticate({ ...request, headers: { ...request.headers, ...headers } }, { ...options, ...more });
  };
  const interpret = (body: string, more: Partial<HmacOptions> = {}) =>
    hmac.interpret({ body, headers, path: {} }, settingsOf({ ...options, ...more }));

  test('is as many events, each with what is in its item', async () => {
    const items = [1, 2, 3].map((id) => ({
      type: 'created',
      id,
      user: { id: `u${id}` },
      at: 1_710_115_200 + id,
    }));
    const body = JSON.stringify({ events: items });
    expect(await post(body)).toMatchObject({ outcome: 'accepted' });
    expect(interpret(body)).toEqual(
      items.map((item) => ({
        name: 'users.created',
        identity: [String(item.id), 'users.created'],
        entityId: item.user.id,
        time: new Date(item.at * 1000),
        data: item,
      })),
    );
  });

  test('may be the list itself, with a part of each item as its payload', () => {
    const body = '[{"type":"a","data":{"x":1}},{"type":"b","data":null},{"type":"c"}]';
    const { eventId: _, ...rest } = options;
    const events = hmac.interpret(
      { body, headers, path: {} },
      settingsOf({ ...rest, items: 'body', data: 'item:data' }),
    );
    expect(events.map(({ data }) => data)).toEqual([{ x: 1 }, null, { type: 'c' }]);
    expect(new Set(events.map(({ identity }) => identity.join())).size).toBe(3);
  });

  test('tells items without an id apart by all of the item, wherever in the list it stands', () => {
    const identitiesOf = (body: string) => interpret(body).map(({ identity }) => identity.join());
    const [one, other] = identitiesOf('{"events":[{"type":"a","x":1},{"type":"a","x":2}]}');
    expect(one).not.toBe(other);
    expect(identitiesOf('{"events":[{"type":"a","x":2}],"more":1}')).toEqual([other]);
  });

  test('with no event in it is empty, with nothing but test events a test', async () => {
    expect(await post('{"events":[]}')).toEqual({ outcome: 'empty' });
    expect(await post('[]')).toEqual({ outcome: 'empty' });
    expect(await post('{"events":[{"type":"ping"},{"type":"ping"}]}')).toEqual({ outcome: 'test' });
    expect(await post('{"events":[{"type":"ping"},{"type":"x"}]}')).toMatchObject({ outcome: 'accepted' });
  });

  test.each(['{"events":{}}', '{}', '{"events":null}'])('%s has no list', async (body) => {
    expect((await expectUnrecognized(hmac, settingsOf(options), signed(body), SECRET)).data).toBe(body);
  });
});

describe('a handshake', () => {
  const with_ = (handshake: NonNullable<HmacOptions['handshake']>, body: string, headers = {}) => {
    const request = signed(body);
    return authenticate({ ...request, headers: { ...request.headers, ...headers } }, { handshake });
  };

  test('may be marked by a header and want its challenge as plain text, as Twitch does', async () => {
    const handshake = { at: 'header:x-kind', is: 'verification', answer: 'body:challenge' } as const;
    expect(await with_(handshake, '{"challenge":"c"}', { 'x-kind': 'verification' })).toEqual({
      outcome: 'confirmed',
      answer: 'c',
    });
    expect(await with_(handshake, BODY)).toMatchObject({ outcome: 'accepted' });
  });

  test('may be marked by a number or an empty list, and answered with a number', async () => {
    const number = { at: 'body:type', is: 1, answer: { type: 'body:type' } } as const;
    expect(await with_(number, '{"type":1}')).toEqual({ outcome: 'confirmed', answer: { type: 1 } });
    const empty = { at: 'body:events', is: [] as [], answer: { type: 'body:type' } } as const;
    expect(await with_(empty, '{"type":"user.created","events":[]}')).toMatchObject({ outcome: 'confirmed' });
    expect(await with_(empty, '{"type":"user.created","events":[1]}')).toMatchObject({ outcome: 'accepted' });
    expect(await with_(empty, BODY)).toMatchObject({ outcome: 'accepted' });
  });

  test('may want the HMAC of its challenge, as Zoom does', async () => {
    const handshake = {
      at: 'body:event',
      is: 'endpoint.url_validation',
      answer: { plainToken: 'body:payload.plainToken', encryptedToken: 'hmac:body:payload.plainToken' },
    } as const;
    const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}';
    const encryptedToken = createHmac('sha256', SECRET).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex');
    expect(await with_(handshake, body)).toEqual({
      outcome: 'confirmed',
      answer: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken },
    });
    // Signed with the secret that the challenge came with, during a rotation too.
    const { answer } = await hmac.authenticate(
      signed(body),
      settingsOf({ handshake }),
      secretsOf('the-new-one-of-a-rotation', SECRET),
    );
    expect(answer).toMatchObject({ encryptedToken });
  });

  test('without its challenge is none, and a delivery like any other', async () => {
    const handshake = { at: 'body:type', is: 'user.created', answer: 'body:challenge' } as const;
    expect(await with_(handshake, BODY)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('the event', () => {
  const interpret = (body: string, options: Partial<HmacOptions> = {}, headers = {}) =>
    hmac.interpret({ body, headers, path: {} }, settingsOf(options))[0];

  test('without an id is told by what its body says, in whatever order', () => {
    const identities = [
      interpret('{"type":"a"}'),
      interpret('{"n":1.0,"type":"a"}'),
      interpret('{"type":"a"}', { eventId: 'body:id' }),
      interpret('{"type":"a", "n":1.0}'),
      interpret('{"type":"a","id":"1"}', { eventId: 'body:id' }),
      interpret('{"type":"b","id":"1"}', { eventId: 'body:id' }),
    ].map((event) => JSON.stringify(event?.identity));
    expect(identities[0]).toBe(identities[2]);
    expect(identities[1]).toBe(identities[3]);
    expect(new Set(identities).size).toBe(4);
  });

  test('has a name of several parts, of which only the first must be there', async () => {
    const eventName = ['header:x-event', 'body:action', 'body:sub.action'];
    const name = (body: string) => interpret(body, { eventName }, { 'x-event': 'issues' })?.name;
    expect(name('{"action":"opened","sub":{"action":5}}')).toBe('issues.opened.5');
    expect(name('{"sub":{"action":"x"}}')).toBe('issues.x');
    expect(name('{}')).toBe('issues');
    expect(await reasonOf(() => interpret('{"action":"opened"}', { eventName }))).toBe('body-shape');
  });

  test('has the first id that there is', () => {
    const entityId = ['body:a.id', 'body:b.id'];
    expect(interpret('{"type":"t","a":{},"b":{"id":2}}', { entityId })?.entityId).toBe('2');
    expect(interpret('{"type":"t","a":{"id":1},"b":{"id":2}}', { entityId })?.entityId).toBe('1');
    expect(interpret('{"type":"t"}', { entityId })?.entityId).toBeUndefined();
  });

  test('needs the headers that the settings point to, and no other', () => {
    const settings = settingsOf({
      header: 'x-signature',
      signedContent: '{x-time}.{body}',
      timestamp: 'header:x-time',
      eventName: ['header:x-event', 'header:x-list.a'],
      eventId: 'header:x-id',
      entityId: ['header:x-list.b', 'body:id'],
    });
    expect(hmac.keptHeaders?.(settings)).toEqual(['x-event', 'x-list', 'x-id']);
  });
});

describe('settings that are wrong say what would be right', () => {
  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ header: undefined }, 'header: must be the name of a header in lower case'],
    [
      { header: 'X-Signature' },
      'header: must be the name of a header in lower case, such as "x-hub-signature-256"',
    ],
    [{ algorithm: 'md5' }, 'algorithm: must be "sha1", "sha256", "sha384" or "sha512"'],
    [{ encoding: 'base32' }, 'encoding: must be "hex" or "base64"'],
    [{ secretEncoding: 'ascii' }, 'secretEncoding: must be one of "utf8", "base64", "hex", "whsec"'],
    [
      { signedContent: '{x-time}' },
      'signedContent: must have {body} in it; if the sender does not sign the body',
    ],
    [{ unsignedBody: true }, 'unsignedBody: must be left out, since the body is signed'],
    [
      { signedContent: '{X-Time}.{body}' },
      'signedContent: must be "raw", or a template with at least one place in it',
    ],
    [{ signedContent: '{body' }, 'signedContent: must be "raw"'],
    [{ signedContent: 'body' }, 'signedContent: must be "raw"'],
    [{ signedContent: '{}{body}' }, 'signedContent: must be "raw"'],
    [{ eventName: 'x-event' }, 'eventName: must be a place'],
    [{ eventName: [] }, 'eventName: must be one place or a list of at least one'],
    [{ eventId: 'id' }, 'eventId: must be a place: "header:" and a name in lower case'],
    [{ eventId: 'header:X-Id' }, 'eventId: must be a place'],
    [{ eventId: 'body:' }, 'eventId: must be a place'],
    [{ eventId: 'body:a..b' }, 'eventId: must be a place'],
    [{ timestamp: 'header:x-time' }, 'timestamp: must be named in signedContent, or stand in the body'],
    [
      { timestamp: 'header:x-list.t', signedContent: '{x-list}.{body}' },
      'timestamp: must be named in signedContent, or stand in the body',
    ],
    [
      { timestamp: 'header:x-time', signedContent: 'x-time{body}' },
      'timestamp: must be named in signedContent, or stand in the body',
    ],
    // What is signed here is the body, and not a header of that name.
    [
      { timestamp: 'header:body', signedContent: '{body}' },
      'timestamp: must be named in signedContent, or stand in the body',
    ],
    [{ tolerance: 60 }, 'tolerance: needs timestamp'],
    // A hash that is not signed would let any body in.
    [
      { bodyHash: 'header:x-hash', signedContent: '{x-time}' },
      'bodyHash: must be named in signedContent, or stand in the query of a signed {url}',
    ],
    [{ bodyHash: 'header:x-hash', signedContent: '{url}' }, 'bodyHash: must be named in signedContent'],
    [{ bodyHash: 'query:h', signedContent: '{x-time}' }, 'bodyHash: must be named in signedContent'],
    // The query that is signed is that of the setting.
    [
      { bodyHash: 'query:h', signedContent: '{url}', url: 'https://hooks.example.com/a?b=c' },
      'bodyHash: must be named in signedContent',
    ],
    [{ url: 'https://hooks.example.com/a' }, 'url: needs {url} in signedContent'],
    [
      { url: 'http://hooks.example.com/a', signedContent: '{url}{body}' },
      'url: must be a URL that begins with https://',
    ],
    [{ url: 'https://', signedContent: '{url}{body}' }, 'url: must be a URL that begins with https://'],
    [{ handshake: { is: 'x' } }, 'handshake: needs at, the place that marks the request'],
    [{ handshake: { method: 'GET', at: 'query:challenge' } }, 'handshake: needs answer'],
    [{ handshake: { method: 'PUT', at: 'query:challenge' } }, 'handshake.method: must be "POST", "GET"'],
    [
      { handshake: { at: 'body:type', is: ['x'], answer: 'body:c' } },
      'handshake.is: must be the value at that place',
    ],
    [{ handshake: { at: 'item:type', is: 'x', answer: 'body:c' } }, 'handshake.at: must be in the delivery'],
    [
      { handshake: { at: 'body:type', is: 'x', answer: { a: 'hmac:x' } } },
      'handshake.answer.a: must be an object of places',
    ],
    [
      { handshake: { at: 'body:type', is: 'x', answer: 'hmac:hmac:body:c' } },
      'handshake.answer: must be an object of places',
    ],
    [{ items: 'events' }, 'items: must be "body", or the place of a list'],
    [{ items: 'header:x-events' }, 'items: must be "body", or the place of a list'],
    [{ eventId: 'item:id' }, 'items: must be the place of the list'],
    [{ items: 'body', eventId: 'body:id' }, 'eventId: must be in the item'],
    [{ items: 'body', eventId: 'header:x-id' }, 'eventId: must be in the item'],
    [{ eventId: 'body:0.eventId' }, 'eventId: is in one entry of a list'],
    [{ eventId: 'body:events.0.id' }, 'eventId: is in one entry of a list'],
    [{ eventName: ['header:x-event', 'body:0.type'] }, 'eventName: is in one entry of a list'],
    [{ timestamp: 'item:at' }, 'timestamp: must be in the delivery'],
    [{ data: 'body:0' }, 'data: is in one entry of a list'],
    [{ entityId: ['body:id', 'body:0.id'] }, 'entityId: is in one entry of a list'],
    [{ items: 'body:events', eventName: 'body:events.type' }, 'eventName: must be in the item'],
    [{ bodyForm: 'json-lines' }, 'items: must be "body": lines of JSON are a list'],
    [{ separators: { entries: ';', pair: ';' } }, 'separators: must be two different ones'],
    [
      { url: 'https://a.example/b#c', signedContent: '{url}{body}' },
      'url: must be a URL that begins with https://',
    ],
    [{ handshake: { at: 'text:x' } }, 'handshake: needs at to be a place in the request'],
    [{ handshake: { at: 'body:type' } }, 'handshake: needs is, the value that marks the request'],
    [{ handshake: { at: 'body:kind', is: '' } }, 'handshake.is: must be the value at that place'],
    [
      { handshake: { method: 'GET', signed: true, answer: 'query:c' } },
      'handshake: must not be signed: only a POST can be',
    ],
    [
      { handshake: { at: 'body:kind', secretAt: 'body:secret', answer: 'body:c' } },
      'handshake: needs signed: false for secretAt',
    ],
    [{ handshake: { method: 'GET', answer: 'body:c' } }, 'handshake: must have no place in the body'],
    ...['a b', '', 'X-A', 'content-type', 'transfer-encoding', 'set-cookie'].map(
      (header): [Readonly<Record<string, unknown>>, string] => [
        { handshake: { method: 'GET', answer: { [`header:${header}`]: 'query:c' } } },
        `handshake.answer.header:${header}: must name fields, or headers in lower case`,
      ],
    ),
  ])('%j', (options, message) => {
    expect(() => parseSettings(hmacSettings, 'acme', { ...OPTIONS, ...options })).toThrow(
      `Source "acme": ${message}`,
    );
  });
});
