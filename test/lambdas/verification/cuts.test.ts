import { createHmac, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { standardWebhooks } from '../../../lambdas/providers/standard-webhooks/standard-webhooks.ts';
import { claimsOf, provesAll } from '../../../lambdas/verification/claims.ts';
import { received } from '../../../lambdas/verification/received.ts';
import { type Part, partsOf } from '../../../lambdas/verification/signed-content.ts';
import { aRequest, RECEIVED_AT } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';
import { secretsOf } from '../support/tampering.ts';

// A signed text of several parts may be cut in another place: then the signature fits a delivery that its sender did
// not send. Here every cut of small texts is tried.

const SECRET = 'a-secret-of-the-sender';
const CUT = /can be cut in another place/;

/** The values of a template's placeholders, by name. */
type Values = Readonly<Record<string, string>>;

const BASE: Partial<HmacOptions> = {
  name: 'acme',
  catalogue: { a: 'a.created' },
  header: 'x-signature',
  eventName: 'text:a',
};

const settingsOf = (options: Partial<HmacOptions>) =>
  parseSettings(hmacSettings, 'acme', { ...BASE, ...options } as HmacOptions);

const isCalledOnce = (options: Partial<HmacOptions>): boolean =>
  !hmac.openings(settingsOf(options)).some((sentence) => CUT.test(sentence));

/** The text that the sender signs. */
const textOf = (parts: readonly Part[], values: Values): string =>
  parts.map(({ literal, name }) => literal ?? values[name] ?? '').join('');

/** A delivery with these values, with a signature that fits. */
const requestOf = (parts: readonly Part[], values: Values): WebhookRequest => {
  const text = textOf(parts, values);
  const isHash = parts.some(({ name }) => name === 'secret');
  const signature = isHash ? hash('sha256', text) : createHmac('sha256', SECRET).update(text).digest('hex');
  const headers = Object.entries(values)
    .filter(([name]) => name.startsWith('header:'))
    .map(([name, value]) => [name.slice('header:'.length), value]);
  const query = values['query:q'];
  return aRequest(values.body ?? '', {
    headers: { ...Object.fromEntries(headers), 'x-signature': signature },
    url:
      values.url ??
      `https://h/${query === undefined ? '' : `?${new URLSearchParams({ q: query }).toString()}`}`,
  });
};

/** What a value at a place can be at all, whatever the provider says of it. */
const canStandAt = (name: string): RegExp => {
  if (name === 'header:x-t') return /^[\dTZUC:.+\- ]+$/;
  if (name.startsWith('header:')) return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
  if (name === 'url') return /^https:\/\/h\/[\x21-\x7e]*$/;
  if (name === 'method') return /^POST$/;
  if (name === 'sha256:body') return /^[0-9a-f]{64}$/;
  if (name === 'crc32:body') return /^\d{1,10}$/;
  return /(?:)/;
};

/** Every way to read a signed text as the values of the parts. */
const cutsOf = function* (parts: readonly Part[], text: string, values: Values = {}): Generator<Values> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    if (text === '') yield values;
    return;
  }
  const literal = part.literal ?? (part.name === 'secret' ? SECRET : undefined) ?? values[part.name ?? ''];
  if (literal !== undefined) {
    if (text.startsWith(literal)) yield* cutsOf(rest, text.slice(literal.length), values);
    return;
  }
  const name = part.name ?? '';
  const form = canStandAt(name);
  for (let end = 1; end <= text.length; end++) {
    const value = text.slice(0, end);
    if (form.test(value)) yield* cutsOf(rest, text.slice(end), { ...values, [name]: value });
  }
};

/** The deliveries with the same signed text and other values that are let in. */
const forgeries = async (
  parts: readonly Part[],
  values: Values,
  isTaken: (request: WebhookRequest) => Promise<boolean>,
): Promise<readonly Values[]> => {
  const found: Values[] = [];
  for (const cut of cutsOf(parts, textOf(parts, values))) {
    const isSame = Object.entries(cut).every(([name, value]) => values[name] === value);
    if (isSame) continue;
    // What is not in the text, an attacker leaves as it is.
    if (await isTaken(requestOf(parts, { ...values, ...cut }))) found.push(cut);
  }
  return found;
};

const taken =
  (options: Partial<HmacOptions>) =>
  async (request: WebhookRequest): Promise<boolean> =>
    (await reasonOf(() => hmac.authenticate(request, settingsOf(options), secretsOf(SECRET)))) === undefined;

const NOW = RECEIVED_AT.getTime();
const SECONDS = String(NOW / 1000);
const TIMES = {
  seconds: [SECONDS, String(NOW / 1000 + 9)],
  milliseconds: [String(NOW), String(NOW + 900)],
  iso: [
    ...['2024-03-11T00:01:00Z', '2024-03-11T00:01', '2024-03-11', '2024-03-11 00:01:00 UTC'],
    ...['2024-03-11T00:01:00.123Z', '2024-03-11T00:01:00.1', '2024-03-11T00:01:00+00'],
  ],
} as const;

/** What a part may have in it to be taken for another. */
const PIECES = [
  ...[
    'a',
    '1',
    '0',
    '.',
    ':',
    '|',
    '-',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ' ',
    'T',
    'Z',
    '{}',
    '[]',
    '"}',
    '{"a":',
  ],
  ...[SECONDS, `.${SECONDS}.`, `:${SECONDS}:`, '00', '.000', '000', '2024-03-11', '.{}', '.[1]', 'POST'],
];

const textFrom = (pieces: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength }).map((list) => list.join(''));

const headerValue = textFrom(PIECES, 4)
  .map((text) => text.trim())
  .filter((text) => text !== '');

const SPACES = ['', '', '', ' ', '\n'] as const;

const jsonBody = fc
  .tuple(
    fc.constantFrom(...SPACES),
    textFrom(PIECES, 4),
    fc.constantFrom<(text: string) => unknown>(
      (text) => ({ [text]: 1 }),
      (text) => [text],
      (text) => ({ a: [text, {}] }),
      (text) => [{ a: { b: text } }, []],
      () => [],
      () => [[1.5], 1710115260],
    ),
    fc.constantFrom(...SPACES),
  )
  .map(([before, text, make, after]) => before + JSON.stringify(make(text)) + after);

const BODIES = {
  json: jsonBody,
  'json-lines': fc.oneof(
    jsonBody,
    fc
      .array(fc.constantFrom('{"a":"b.c"}', '1.5', '"x.y"', '[1]'), { minLength: 1, maxLength: 3 })
      .map((list) => list.join('\n')),
  ),
  form: textFrom(['a', '=', '&', '.', '1', SECONDS, '%2E', ':', '+'], 5),
} as const;

const placeholder = fc.constantFrom(
  '{x-a}',
  '{x-b}',
  '{query:q}',
  '{x-t}',
  '{x-t}',
  '{body}',
  '{body}',
  '{url}',
  '{method}',
);
const literal = fc.constantFrom('', '', '.', ':', '|', '\n', '0', 'T', '-', 'a', ' ', 'v0:');
const hashPart = fc.constantFrom('{sha256:body}', '{secret}');

/** A declaration, and a delivery that its sender may send. */
const declared = fc
  .record({
    template: fc
      .array(
        fc.tuple(
          literal,
          fc.oneof({ weight: 8, arbitrary: placeholder }, { weight: 1, arbitrary: hashPart }),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .chain((list) => literal.map((last) => list.flat().join('') + last)),
    bodyForm: fc.constantFrom('json', 'json', 'json', 'json-lines', 'form'),
    unit: fc.constantFrom('seconds', 'milliseconds', 'iso'),
    isUnitKnown: fc.boolean(),
    tolerance: fc.constantFrom(300, 86_400),
  })
  .filter(({ template }) => !(template.includes('{url}') && template.includes('{query:q}')))
  .chain(({ template, bodyForm, unit, isUnitKnown, tolerance }) => {
    const hasTime = template.includes('{x-t}');
    const signsBody = template.includes('body}');
    const options = {
      signedContent: template,
      bodyForm: bodyForm as 'json',
      ...(!signsBody && { unsignedBody: true }),
      ...(hasTime && {
        timestamp: 'header:x-t',
        tolerance,
        ...(isUnitKnown && { timestampUnit: unit as 'iso' }),
      }),
    } satisfies Partial<HmacOptions>;
    const values = fc.record({
      'header:x-a': headerValue,
      'header:x-b': headerValue,
      'header:x-t': fc.constantFrom<string>(...TIMES[unit as 'iso']),
      'query:q': textFrom(PIECES, 3),
      url: textFrom(PIECES, 3).map((text) => `https://h/${text.replaceAll(/[ \\]/g, '')}`),
      body: BODIES[bodyForm as 'json'],
    });
    return values.map((all) => ({ options, values: all as Values }));
  });

/** The values of the parts that a template has, and the body, which is always sent. */
const valuesIn = (parts: readonly Part[], all: Values): Values => {
  const names = parts.flatMap(({ name }) => name ?? []);
  const own = Object.entries(all).filter(([name]) => names.includes(name) || name === 'body');
  return {
    ...Object.fromEntries(own),
    ...(names.includes('method') && { method: 'POST' }),
    ...(names.includes('secret') && { secret: SECRET }),
    ...(names.includes('sha256:body') && { 'sha256:body': hash('sha256', all.body ?? '') }),
  };
};

describe('a signed text that is called cut-once', () => {
  test('has no other cut that is let in', async () => {
    let once = 0;
    let several = 0;
    await fc.assert(
      fc.asyncProperty(declared, async ({ options, values: all }) => {
        const parts = partsOf(options.signedContent);
        if (!isCalledOnce(options)) return;
        const values = valuesIn(parts, all);
        const isTaken = taken(options);
        // Some of the deliveries are none: an empty list of lines, a form without a field.
        if (!(await isTaken(requestOf(parts, values)))) return;
        once++;
        if (parts.filter(({ name }) => name !== undefined).length > 1) several++;
        expect(await forgeries(parts, values, isTaken)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    expect(once).toBeGreaterThan(500);
    expect(several).toBeGreaterThan(300);
  }, 60_000);

  test('of Standard Webhooks has no other cut that is let in', async () => {
    const parts = partsOf('{webhook-id}.{webhook-timestamp}.{body}');
    const key = Buffer.alloc(24, 7);
    const secrets = secretsOf(`whsec_${key.toString('base64')}`);
    const settings = parseSettings(standardWebhooks.settings, 'acme', {
      name: 'acme',
      catalogue: { a: 'a.created' },
    });
    const isTaken = async (request: WebhookRequest) => {
      const signature = createHmac('sha256', key)
        .update(`${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.`)
        .update(request.body)
        .digest('base64');
      const headers = { ...request.headers, 'webhook-signature': `v1,${signature}` };
      const reason = await reasonOf(() =>
        standardWebhooks.authenticate({ ...request, headers }, settings, secrets),
      );
      return reason === undefined;
    };
    await fc.assert(
      fc.asyncProperty(
        headerValue,
        fc.constantFrom(...TIMES.seconds),
        textFrom(PIECES, 5),
        async (id, time, text) => {
          const values = {
            'header:webhook-id': id,
            'header:webhook-timestamp': time,
            body: JSON.stringify({ type: 'a', text }),
          };
          expect(await isTaken(requestOf(parts, values))).toBe(true);
          expect(await forgeries(parts, values, isTaken)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);

  test('has none by a zero before the time: a time has none', async () => {
    const options = {
      signedContent: '{x-a}{x-t}{body}',
      timestamp: 'header:x-t',
      timestampUnit: 'seconds',
    } satisfies Partial<HmacOptions>;
    const values = { 'header:x-a': 'a0', 'header:x-t': SECONDS, body: '{}' };
    expect(isCalledOnce(options)).toBe(true);
    expect(await forgeries(partsOf(options.signedContent), values, taken(options))).toEqual([]);
  });

  /** What is let in by the signature and the time alone, as by a receiver that does not ask what the body is. */
  test('would have one without the demand that the body is an object or a list', async () => {
    const options = {
      signedContent: '{x-a}.{x-t}.{body}',
      timestamp: 'header:x-t',
      timestampUnit: 'seconds',
    } satisfies Partial<HmacOptions>;
    const parts = partsOf(options.signedContent);
    const values = {
      'header:x-a': 'id',
      'header:x-t': SECONDS,
      body: JSON.stringify({ type: 'a', text: `.${SECONDS}.{"type":"forged"}` }),
    };
    const scheme = hmac.scheme(settingsOf(options));
    const withoutDemand = async (request: WebhookRequest) => {
      const claims = claimsOf(received(request, scheme), scheme);
      return (
        request.headers['x-t'] === SECONDS && provesAll(scheme.method, claims, scheme.method.readKey(SECRET))
      );
    };
    expect(isCalledOnce(options)).toBe(true);
    expect(await forgeries(parts, values, taken(options))).toEqual([]);
    expect(await forgeries(parts, values, withoutDemand)).toEqual([
      {
        'header:x-a': `id.${SECONDS}.{"type":"a","text":"`,
        'header:x-t': SECONDS,
        body: '{\\"type\\":\\"forged\\"}"}',
      },
    ]);
  });
});

describe('a signed text that is said to have several cuts', () => {
  const T = { timestamp: 'header:x-t' } as const;
  test.each<[string, Partial<HmacOptions>, Values]>([
    [
      'two values with a dot between',
      { signedContent: '{x-a}.{x-b}.{body}' },
      { 'header:x-a': 'a.b', 'header:x-b': 'c', body: '{}' },
    ],
    [
      'two values with nothing between',
      { signedContent: '{x-a}{x-b}{body}' },
      { 'header:x-a': 'ab', 'header:x-b': 'c', body: '{}' },
    ],
    [
      'lines of JSON behind a value',
      { signedContent: '{x-a}.{body}', bodyForm: 'json-lines' },
      { 'header:x-a': 'a', body: '1.5\n{}' },
    ],
    [
      'a form behind a value',
      { signedContent: '{x-a}.{body}', bodyForm: 'form' },
      { 'header:x-a': 'a', body: 'a=1.5&b=2' },
    ],
    [
      'a time of a unit that is not known before a value',
      { signedContent: '{x-t}{x-a}{body}', ...T },
      { 'header:x-t': SECONDS, 'header:x-a': '000abc', body: '{}' },
    ],
    [
      'a time in ISO before a value',
      { signedContent: '{x-t}.{x-a}.{body}', timestampUnit: 'iso', ...T },
      { 'header:x-t': '2024-03-11T00:01:00', 'header:x-a': '123.x', body: '{}' },
    ],
    [
      'a time in ISO before a form',
      { signedContent: 'v0:{x-t}:{body}', timestampUnit: 'iso', bodyForm: 'form', ...T },
      { 'header:x-t': '2024-03-11T00:01:00', body: 'a=1' },
    ],
    [
      'a body with white space behind a parameter',
      { signedContent: '{query:q}{body}' },
      { 'query:q': 'a', body: ' {}' },
    ],
    [
      'a URL of the settings without a query before a value',
      { signedContent: '{url}{x-a}{body}', url: 'https://h/x' },
      { url: 'https://h/x?a=b', 'header:x-a': 'c', body: '{}' },
    ],
  ])('has one: %s', async (_, options, values) => {
    const parts = partsOf(options.signedContent ?? '');
    expect(await taken(options)(requestOf(parts, values))).toBe(true);
    expect(isCalledOnce(options)).toBe(false);
    const found = await forgeries(parts, values, taken(options));
    expect(found.length).toBeGreaterThan(0);
  });

  test('has one: a CRC behind a value, for another body has what is left of its digits', async () => {
    const options = { signedContent: '{x-a}{crc32:body}' } satisfies Partial<HmacOptions>;
    const bodies = new Map<string, string>();
    for (let number = 0; number < 300_000; number++) {
      const body = `{"n":${number}}`;
      bodies.set(String(crc32(body)), body);
    }
    const digits = [...bodies.keys()].find((each) => bodies.has(each.slice(1))) ?? '';
    const request = (id: string, crc: string) => {
      const signature = createHmac('sha256', SECRET).update(`a${digits}`).digest('hex');
      return aRequest(bodies.get(crc), { headers: { 'x-a': id, 'x-signature': signature } });
    };
    expect(await taken(options)(request('a', digits))).toBe(true);
    expect(await taken(options)(request(`a${digits[0]}`, digits.slice(1)))).toBe(true);
    expect(isCalledOnce(options)).toBe(false);
  });
});
