import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseJson, writeJson } from '../../../../lambdas/core/json.ts';
import { Rejection } from '../../../../lambdas/core/rejection.ts';
import { altoviz } from '../../../../lambdas/providers/altoviz/altoviz.ts';
import { altovizCatalogue } from '../../../../lambdas/providers/altoviz/catalogue.ts';
import { type AltovizSettings, altovizSettings } from '../../../../lambdas/providers/altoviz/settings.ts';
import type { ProviderEvent } from '../../../../lambdas/providers/provider.ts';
import { meaningOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import type { SecretCheck } from '../../../../lambdas/verification/secret-check.ts';
import { signAltoviz, type WrittenAs } from '../../../../senders/altoviz.ts';
import { aRequest } from '../../support/deliveries.ts';
import { jsonText } from '../../support/json-text.ts';
import { reasonOf } from '../../support/rejections.ts';
import { anyText, utf8Text, withChanged } from '../../support/text.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'a-secret-of-altoviz';
const BODY = '{"id":"evt_1","type":"ContactCreated","data":{"id":132738}}';
const WAYS = fc.constantFrom<WrittenAs>('hex', 'HEX', 'base64', 'base64url');

const settings = (over: Partial<AltovizSettings> = {}): AltovizSettings => ({
  ...v.parse(altovizSettings, {}),
  ...over,
});
const knowing =
  (secret: string): SecretCheck =>
  async (passes) =>
    passes(secret);

const authenticate = (
  body: string | Buffer,
  signature: string | undefined,
  { pinned, secret = SECRET }: { readonly pinned?: 'hex' | 'base64'; readonly secret?: string } = {},
) =>
  altoviz.authenticate(
    aRequest(body, { headers: signature === undefined ? {} : { 'x-signature': signature } }),
    settings(pinned === undefined ? {} : { signatureEncoding: pinned }),
    knowing(secret),
  );

const reasonFor = (...given: Parameters<typeof authenticate>) => reasonOf(() => authenticate(...given));

describe('a signature is taken', () => {
  test.each([
    ['hex', '', 'hex'],
    ['HEX', '', 'hex'],
    ['base64', '', 'base64'],
    ['base64url', '', 'base64'],
    ['hex', 'sha256=', 'hex'],
    ['base64', 'sha256=', 'base64'],
    ['base64url', 'sha256=', 'base64'],
  ] as const)('written as %s behind %j, and how is told', async (writtenAs, prefix, signatureEncoding) => {
    const signature = signAltoviz(BODY, SECRET, { writtenAs, prefix });
    expect(await authenticate(BODY, signature)).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
      findings: { signatureEncoding },
    });
    expect(await authenticate(BODY, ` ${signature} `)).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
      findings: { signatureEncoding },
    });
  });

  test('over any body of the right shape, white space and all', async () => {
    await fc.assert(
      fc.asyncProperty(jsonText(), WAYS, utf8Text(), async ({ sent }, writtenAs, secret) => {
        const body = `{ "id" : 7 ,"type":"x", "data":${sent} }\n`;
        const verdict = await authenticate(body, signAltoviz(body, secret, { writtenAs }), { secret });
        expect(verdict.outcome).toBe('accepted');
      }),
    );
  });

  test('in the encoding that is pinned, and in no other', async () => {
    const [hex, base64] = (['hex', 'base64'] as const).map((writtenAs) =>
      signAltoviz(BODY, SECRET, { writtenAs }),
    );
    expect(await reasonFor(BODY, hex, { pinned: 'hex' })).toBeUndefined();
    expect(await reasonFor(BODY, base64, { pinned: 'base64' })).toBeUndefined();
    expect(await reasonFor(BODY, hex, { pinned: 'base64' })).toBe('signature-malformed');
    expect(await reasonFor(BODY, base64, { pinned: 'hex' })).toBe('signature-malformed');
  });
});

describe('a signature is refused', () => {
  test.each([undefined, '', ' ', '\t'])('that is missing: %j', async (signature) => {
    expect(await reasonFor(BODY, signature)).toBe('signature-missing');
  });

  const hex = signAltoviz(BODY, SECRET);
  const base64 = signAltoviz(BODY, SECRET, { writtenAs: 'base64' });

  test.each([
    'sha256=',
    SECRET,
    'x',
    hex.slice(2),
    `${hex}00`,
    hex.slice(1),
    `sha256:${hex}`,
    `SHA256=${hex}`,
    `sha1=${hex}`,
    `sha256=sha256=${hex}`,
    `sha256= ${hex}`,
    `${hex.slice(0, 8)}sha256=${hex.slice(8)}`,
    `"${hex}"`,
    `${hex},${hex}`,
    `${hex}, ${hex}`,
    `0x${hex}`,
    `v1,${base64}`,
    `${base64}=`,
    base64.slice(4),
    createHmac('sha512', SECRET).update(BODY).digest('hex'),
    createHmac('sha1', SECRET).update(BODY).digest('hex'),
  ])('that is malformed: %j', async (signature) => {
    expect(await reasonFor(BODY, signature)).toBe('signature-malformed');
  });

  test('made over another body, with another secret, or changed itself in any place', async () => {
    const changes = fc.record({
      which: fc.constantFrom('body', 'secret', 'signature'),
      at: fc.nat(),
      by: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(changes, WAYS, fc.jsonValue(), async ({ which, at, by }, writtenAs, data) => {
        const body = JSON.stringify({ id: '1', type: 'x', data }).toWellFormed();
        const signature = signAltoviz(body, SECRET, { writtenAs });
        const change = (text: string, name: string) => (name === which ? withChanged(text, at, by) : text);
        const changed = change(signature, 'signature');
        // Hex in the other case, base64 in the other alphabet or without its padding mean the same: no change.
        const bytes = (text: string) =>
          Buffer.from(text, writtenAs.toLowerCase() === 'hex' ? 'hex' : 'base64');
        fc.pre(which !== 'signature' || !bytes(changed).equals(bytes(signature)));
        const reason = await reasonFor(change(body, 'body'), changed, { secret: change(SECRET, 'secret') });
        expect(['signature-mismatch', 'signature-malformed']).toContain(reason);
      }),
      { numRuns: 1_000 },
    );
  });

  test('made over the text as parsed and written again: the raw bytes count', async () => {
    const spaced = BODY.replaceAll(':', ': ');
    expect(await reasonFor(spaced, signAltoviz(spaced, SECRET))).toBeUndefined();
    expect(await reasonFor(spaced, signAltoviz(BODY, SECRET))).toBe('signature-mismatch');
    expect(await reasonFor(BODY, signAltoviz(`${BODY}\n`, SECRET))).toBe('signature-mismatch');
  });

  test('in another header', async () => {
    const request = aRequest(BODY, { headers: { 'x-altoviz-signature': hex } });
    expect(await reasonOf(() => altoviz.authenticate(request, settings(), knowing(SECRET)))).toBe(
      'signature-missing',
    );
  });

  test('of whatever text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyText(), fc.base64String(), fc.stringMatching(/^[0-9a-f]{64}$/)),
        async (signature) => {
          expect(await reasonFor(BODY, signature)).toMatch(/^signature-(missing|malformed|mismatch)$/);
        },
      ),
    );
  });

  test('no sooner than its form is known to be wrong: the secret is not asked for in vain', async () => {
    const never: SecretCheck = async () => {
      throw new Error('the secret was asked for');
    };
    for (const signature of ['', 'x'])
      expect(
        await reasonOf(() =>
          altoviz.authenticate(aRequest(BODY, { headers: { 'x-signature': signature } }), settings(), never),
        ),
      ).toMatch(/^signature-m/);
  });
});

test('where the secret can’t be had, that is the reason', async () => {
  const away: SecretCheck = async () => {
    throw new Rejection('secret-unavailable');
  };
  const request = aRequest(BODY, { headers: { 'x-signature': signAltoviz(BODY, SECRET) } });
  expect(await reasonOf(() => altoviz.authenticate(request, settings(), away))).toBe('secret-unavailable');
});

describe('what is genuine is stored, understood or not', () => {
  test.each([
    '',
    '{',
    `\ufeff\ufeff${BODY}`,
    `{"id":1,"type":"x","data":${'['.repeat(501)}${']'.repeat(501)}}`,
    '[]',
    '5',
    'null',
    '"text"',
    '{}',
    '{"type":"x","data":{}}',
    '{"id":"","type":"x","data":{}}',
    '{"id":null,"type":"x","data":{}}',
    '{"id":{},"type":"x","data":{}}',
    '{"id":1,"data":{}}',
    '{"id":1,"type":5,"data":{}}',
    '{"id":1,"type":"x"}',
    '{"__proto__":{"id":1,"type":"x","data":{}}}',
  ])('%s', async (body) => {
    const request = aRequest(body, { headers: { 'x-signature': signAltoviz(body, SECRET) } });
    expect((await expectUnrecognized(altoviz, settings(), request, SECRET)).data).toBe(body);
    expect(await reasonFor(body, signAltoviz(`${body} `, SECRET))).toBe('signature-mismatch');
  });

  test('and so is what is no text', async () => {
    const body = Buffer.concat([
      Buffer.from('{"id":1,"type":"x","data":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    const request = aRequest(body, { headers: { 'x-signature': signAltoviz(body, SECRET) } });
    const event = await expectUnrecognized(altoviz, settings(), request, SECRET);
    expect(event.datacontenttype).toBe('application/octet-stream');
    expect(Buffer.from(event.data_base64 ?? '', 'base64')).toEqual(body);
  });

  test.each(['null', '[]', '"text"', '5', '{}'])('data may be %s', async (data) => {
    const body = `{"id":1233,"type":"x","data":${data},"more":true}`;
    expect(await reasonFor(body, signAltoviz(body, SECRET))).toBeUndefined();
  });
});

describe('a delivery is one event', () => {
  const interpret = (body: string): ProviderEvent => {
    const [event, ...others] = altoviz.interpret({ body, headers: {}, path: {} }, settings());
    if (event === undefined || others.length > 0) throw new Error('a delivery is one event');
    return event;
  };

  test('in Altoviz’ words', () => {
    const event = interpret(BODY);
    expect(event).toEqual({
      name: 'ContactCreated',
      identity: ['evt_1', 'ContactCreated', expect.any(String)],
      isContentId: true,
      entityId: '132738',
      data: { id: 132738 },
    });
    expect(interpret(BODY.replace('"evt_1"', '1233')).identity[0]).toBe('1233');
  });

  test('the same each time it comes, and another one with another id, type or content', () => {
    expect(interpret(BODY).identity).toEqual(interpret(BODY).identity);
    for (const other of [
      BODY.replace('evt_1', 'evt_2'),
      BODY.replace('Created', 'Updated'),
      BODY.replace('132738', '132739'),
    ])
      expect(interpret(other).identity).not.toEqual(interpret(BODY).identity);
  });

  test('of no entity where data names none', () => {
    for (const data of ['null', '[]', '{}', '{"id":null}', '{"id":""}', '{"id":[1]}', '5'])
      expect(interpret(`{"id":1,"type":"x","data":${data}}`).entityId).toBeUndefined();
  });

  test('with its data digit for digit', () => {
    fc.assert(
      fc.property(jsonText(), ({ sent, leaving }) => {
        expect(writeJson(interpret(`{"id":1,"type":"x","data":${sent}}`).data)).toBe(leaving);
      }),
    );
  });

  const samples = new URL('../../../../senders/samples/altoviz/', import.meta.url);
  const names = readdirSync(samples).map((file) => file.replace(/\.json$/, ''));

  test('of every type that there is', () => {
    expect([...names].sort()).toEqual(Object.keys(altovizCatalogue).sort());
  });

  test.each(names)('%s', (name) => {
    const body = readFileSync(new URL(`${name}.json`, samples), 'utf8');
    const event = interpret(body);
    expect(event.name).toBe(name);
    expect(event.entityId).toMatch(/^\d+$/);
    expect(meaningOf(altovizCatalogue, name)?.entity).toBe(name.replace(/[A-Z][a-z]+$/, '').toLowerCase());
    expect(writeJson({ data: event.data })).toContain(
      writeJson((parseJson(body) as { readonly data: never }).data),
    );
  });

  test('and nothing is thrown but a rejection, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText(), fc.json()), async (body) => {
        await reasonOf(() => interpret(body));
      }),
    );
  });
});
