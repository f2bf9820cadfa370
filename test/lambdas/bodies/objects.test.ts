import { expect, test } from '@jest/globals';
import { bodyObject, withBody } from '../../../lambdas/bodies/kept-body.ts';
import { bodyKey, dataKey, dataKeysOf } from '../../../lambdas/bodies/keys.ts';
import { bucketObjects } from '../../../lambdas/bodies/objects.ts';
import type { ObjectCalls } from '../../../lambdas/bodies/s3.ts';
import { KEY } from '../../../lambdas/event-log/find-event.ts';
import { fits } from '../../../local/iam/wildcard.ts';
import { aDelivery } from '../support/deliveries.ts';

const recorded = () => {
  const calls: unknown[][] = [];
  let loaded = 0;
  const s3: ObjectCalls = {
    put: async (...call) => void calls.push(['put', ...call]),
    get: async (...call) => {
      calls.push(['get', ...call]);
      return Buffer.from('{}');
    },
  };
  const objects = bucketObjects('bucket', {}, async () => {
    loaded++;
    return () => s3;
  });
  return { calls, objects, loaded: () => loaded };
};

test('the client is loaded at the first use, once', async () => {
  const { objects, loaded } = recorded();
  objects.uriOf('bodies/a/1');
  expect(loaded()).toBe(0);
  await Promise.all([objects.get('s3://bucket/bodies/a/1'), objects.get('s3://bucket/bodies/a/2')]);
  expect(loaded()).toBe(1);
});

test('an object is put into the bucket, and read from the one that its URI names', async () => {
  const { objects, calls } = recorded();
  const { signal } = new AbortController();
  const object = { bytes: Buffer.from('{}'), contentType: 'application/json' };
  await objects.put('data/a/b/a:key~1', object, signal);
  expect(objects.uriOf('data/a/b/a:key~1')).toBe('s3://bucket/data/a/b/a:key~1');
  await objects.get('s3://another/data/a/b/a:key~1', signal);
  expect(calls).toEqual([
    ['put', { bucket: 'bucket', key: 'data/a/b/a:key~1' }, object, signal],
    ['get', { bucket: 'another', key: 'data/a/b/a:key~1' }, signal],
  ]);
});

test.each(['', 'bodies/a/1', 'https://bucket/key', 's3://bucket'])(
  '%s is the URI of no object',
  async (uri) => {
    await expect(recorded().objects.get(uri)).rejects.toThrow('not the URI of an object in S3');
  },
);

test('the keys of an entity are matched, and those of no other', () => {
  const pattern = dataKeysOf('contact');
  const key = 'billing:NMefqf5ZPfCCaSCe3lxQpnGWDA4MiEKaHt-znjei2sA.abcdefghij~20261122-9f3a1c7e';
  expect(key).toMatch(KEY);
  expect(fits(pattern, dataKey('billing', 'contact', key, 'delivery'))).toBe(true);
  expect(fits(pattern, dataKey('billing', 'contact-note', key, 'delivery'))).toBe(false);
  expect(fits(pattern, dataKey('contact', 'company', key, 'delivery'))).toBe(false);
  expect(fits(pattern, bodyKey('contact', 'contact'))).toBe(false);
  expect(bodyKey('billing', 'id')).toBe('bodies/billing/id');
  expect(bodyKey('billing', 'id', 0)).toBe('bodies/billing/id/0');
});

test.each([
  ['text with a byte order mark', { body: '\ufeff{"a":"é🎟"}' }],
  ['bytes that are no text', { body: Buffer.from([0, 255, 254]).toString('base64'), bodyEncoding: 'base64' }],
] as const)('a body is the same again: %s', async (_, content) => {
  const delivery = aDelivery(content);
  const { bytes } = bodyObject(delivery);
  const { body: _body, ...stored } = delivery;
  const read = await withBody(
    { ...stored, bodyRef: 's3://b/k', chosen: [1] },
    { get: async (uri) => (uri === 's3://b/k' ? bytes : Buffer.of()) },
  );
  expect(read).toEqual({ ...delivery, bodyRef: 's3://b/k' });
});

test('a body in the message is not looked up', async () => {
  const get = () => Promise.reject(new Error('asked'));
  expect(await withBody(aDelivery(), { get })).toEqual(aDelivery());
  const { body: _, ...nothing } = aDelivery();
  await expect(withBody(nothing, { get })).rejects.toThrow('neither a body nor a reference');
});
