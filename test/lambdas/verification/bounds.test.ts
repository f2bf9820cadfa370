import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decompressed, MAX_BODY_BYTES } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { formEntries } from '../../../lambdas/verification/body-form.ts';
import { aRequest } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';
import { secretsOf } from '../support/tampering.ts';

// What is done before it is known who sent it costs little, whatever is sent.

const SECRET = 'a-secret-of-the-sender';
/** Of processor time. */
const MOST_MS = 1_000;

/** The shortest of some tries: a collector in the same process takes its time too. */
const TRIES = 4;

const refuse = async (
  ...given: Parameters<typeof refuseOnce>
): Promise<Awaited<ReturnType<typeof refuseOnce>>> => {
  let best = await refuseOnce(...given);
  for (let tries = 1; tries < TRIES && best.ms > MOST_MS; tries++) {
    const next = await refuseOnce(...given);
    if (next.ms < best.ms) best = next;
  }
  return best;
};

const refuseOnce = async (body: string | Buffer, options: Partial<HmacOptions>, headers = {}) => {
  const settings = parseSettings(hmacSettings, 'acme', {
    name: 'acme',
    catalogue: { 'a.created': 'a.created' },
    eventName: 'text:a.created',
    ...options,
  });
  const before = process.cpuUsage();
  const reason = await reasonOf(() =>
    hmac.authenticate(aRequest(body, { headers }), settings, secretsOf(SECRET)),
  );
  const { user, system } = process.cpuUsage(before);
  return { reason, ms: (user + system) / 1_000 };
};

describe('a forged delivery', () => {
  const sig = { 'x-sig': '0'.repeat(64) };

  test.each([
    ['{url}{form:sorted}', 'header:x-sig'],
    ['{url}{form}', 'header:x-sig'],
    ['raw', 'body:sig'],
  ])('with a form of many fields costs little: %s, the signature at %s', async (signedContent, signature) => {
    const body = `${'a&h&'.repeat(MAX_BODY_BYTES / 4)}sig=${'0'.repeat(64)}`.slice(-MAX_BODY_BYTES);
    const { reason, ms } = await refuse(body, { signedContent, signature, bodyForm: 'form' }, sig);
    expect(reason).toBe('body-shape');
    expect(ms).toBeLessThan(MOST_MS);
  });

  test.each([undefined, 'decoded'] as const)(
    'with many signed items costs no more than one: %s',
    async (signedBytes) => {
      const items = Array.from({ length: 40_000 }, (_, i) => ({ i, sig: '0'.repeat(40) }));
      const text = JSON.stringify({ items });
      const { reason, ms } = await refuse(
        signedBytes === undefined ? text : gzipSync(text),
        {
          signature: 'item:sig',
          algorithm: 'sha1',
          items: 'body:items',
          signedContent: '{item:i}.{body}',
          ...(signedBytes !== undefined && { signedBytes }),
        },
        signedBytes === undefined ? {} : { 'content-encoding': 'gzip' },
      );
      expect(reason).toBe('signature-mismatch');
      expect(ms).toBeLessThan(MOST_MS);
    },
  );
});

test('a list is genuine only if each of its items is', async () => {
  const sign = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');
  const options = {
    signature: 'item:sig',
    items: 'body:items',
    signedContent: '{item:i}',
    unsignedBody: true,
  } as const;
  const list = (last: string) =>
    JSON.stringify({
      items: [
        { i: '1', sig: sign('1') },
        { i: '2', sig: last },
      ],
    });
  expect((await refuse(list(sign('2')), options)).reason).toBeUndefined();
  expect((await refuse(list(sign('3')), options)).reason).toBe('signature-mismatch');
});

test('a form has a thousand fields at most', async () => {
  expect(formEntries(`${'a&'.repeat(999)}a`)).toHaveLength(1_000);
  expect(await reasonOf(() => formEntries(`${'a&'.repeat(1_000)}a`))).toBe('body-shape');
});

test('a body is decompressed once', () => {
  const request = aRequest(gzipSync('{}'), { headers: { 'content-encoding': 'gzip' } });
  expect(decompressed(request)).toBe(decompressed(request));
});
