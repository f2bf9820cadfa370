import { describe, expect, test } from '@jest/globals';
import { altoviz } from '../../senders/altoviz.ts';
import { readSample } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();

/** Sets a secret that takes effect at once: the function starts anew and remembers no other. */
const setSecret = async (secret: unknown) => {
  await gate().localStack.interrupt('gatepost-ingest-altoviz');
  await gate().setSecret('altoviz', secret);
};

const sample = await readSample(altoviz, 'CustomerCreated');

test('a webhook comes out as a CloudEvent on the queue of its entity', async () => {
  expect(await gate().deliver('altoviz', 'CustomerCreated')).toMatchObject({ status: 200 });
  const [{ event } = {}] = await gate().take('customer');
  expect(event).toMatchObject({
    type: 'altoviz.customer.created',
    source: '/gatepost/altoviz',
    subject: '370',
    providertype: 'CustomerCreated',
    data: JSON.parse(sample.payload ?? '').data,
  });
  // Altoviz names no time: it is that of the receipt.
  expect(event?.time).toBe(event?.receivedat);
});

test('a repeat is counted and sends nothing', async () => {
  const request = await gate().sign('altoviz', 'ProductCreated');
  await gate().post('altoviz', request);
  await gate().post('altoviz', request);
  await gate().settled();
  await gate().take('product');
  expect(await gate().depth('gatepost-product.fifo')).toBe(0);
  expect((await gate().eventLog()).find(({ entity }) => entity?.S === 'product')?.duplicates?.N).toBe('1');
});

test('a changed body, a signature of another source, and none at all are turned away', async () => {
  const request = await gate().sign('altoviz');
  expect(await gate().post('altoviz', tamper(request))).toMatchObject({ status: 401 });
  expect(await gate().post('altoviz-elsewhere', request)).toMatchObject({ status: 403 });
  expect(await gate().post('altoviz', { body: request.body })).toMatchObject({ status: 401 });
});

test.each(['hex', 'HEX', 'base64', 'base64url'] as const)(
  'a signature may be written as %s, and is counted so',
  async (writtenAs) => {
    const secret = 'a-secret-for-the-encodings-of-a-signature';
    await setSecret(secret);
    const lines = gate().lines.length;
    for (const prefix of ['', 'sha256=']) {
      const request = altoviz.sign(sample, secret, { writtenAs, prefix });
      expect(await gate().post('altoviz', request)).toMatchObject({ status: 200 });
    }
    const finding = `"signatureEncoding":"${writtenAs.toLowerCase() === 'hex' ? 'hex' : 'base64'}"`;
    await gate().until('the encoding is logged', () =>
      gate()
        .lines.slice(lines)
        .some(({ text }) => text.includes(finding)),
    );
  },
);

describe('a rotation', () => {
  const [before, after] = ['the-secret-before-the-rotation', 'the-secret-after-the-rotation'];
  const post = (secret: string) => gate().post('altoviz', altoviz.sign(sample, secret));

  test('takes effect at once, and the previous secret is accepted for its grace', async () => {
    await setSecret({ current: after, previous: before, rotatedAt: new Date().toISOString() });
    expect(await post(after)).toMatchObject({ status: 200 });
    expect(await post(before)).toMatchObject({ status: 200 });
    expect(await post('a-secret-that-never-was-one')).toMatchObject({ status: 401 });
  });

  test('leaves the previous secret worthless after its grace', async () => {
    const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60_000).toISOString();
    await setSecret({ current: after, previous: before, rotatedAt: eightDaysAgo });
    expect(await post(after)).toMatchObject({ status: 200 });
    expect(await post(before)).toMatchObject({ status: 401 });
  });
});
