import { expect, test } from '@jest/globals';
import { altoviz } from '../../senders/altoviz.ts';
import { ivvy } from '../../senders/ivvy.ts';
import { readSample } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();

/** What no log may hold, wherever in a delivery it stands. */
const MARKER = 'keep-this-to-yourself';
const SECRET = `the-secret-${MARKER}`;

test('no payload, secret, signature or UnsubscribeURL is ever logged', async () => {
  await gate().setSecret('altoviz', SECRET);
  const { pki } = gate().localStack;
  const payload = `{"data":{"id":1,"name":"${MARKER}"}}`;
  const signed = [
    ivvy.sign({ event: 'CompanyAdded', payload }, pki),
    ivvy.sign({ event: 'Unicorn', payload }, pki),
    ivvy.sign({ event: 'CompanyAdded' }, pki, { inner: { Body: `${MARKER} is no JSON` } }),
    ivvy.sign({ event: 'CompanyAdded' }, pki, { envelope: { Message: `${MARKER} is no JSON` } }),
    ivvy.sign({ event: 'CompanyAdded', payload }, pki, { envelope: { TopicArn: MARKER } }),
    ivvy.sign({ event: 'subscribe' }, pki, { envelope: { Token: MARKER } }),
    ivvy.sign(await readSample(ivvy, 'unsubscribe'), pki),
  ];
  const fromAltoviz = [
    altoviz.sign({ event: 'ContactCreated', payload: `{"data":{"id":1,"name":"${MARKER}"}}` }, SECRET),
    altoviz.sign({ event: 'ContactCreated', payload: '{"data":{"id":1}}' }, `another-${SECRET}`),
    { headers: { 'x-signature': MARKER }, body: Buffer.from(`{"${MARKER}`) },
  ];
  for (const request of signed) {
    await gate().post('ivvy', request);
    await gate().post('ivvy', tamper({ ...request, id: '1' }));
  }
  for (const request of fromAltoviz) await gate().post('altoviz', request);

  // And while things break: errors are logged with more than usual.
  gate().aws.decide(({ action, functionName }) =>
    action === 'SendMessageBatch' && functionName.includes('ingest') ? 500 : 'pass',
  );
  await gate().deliver('ivvy', 'ContactAdded');
  await gate().post('altoviz', altoviz.sign({ event: 'ContactUpdated', payload }, SECRET));
  gate().aws.pass();
  await gate().settled();

  const log = gate().lines.map(({ text }) => text);
  expect(log.length).toBeGreaterThan(signed.length);
  const signatures = signed.map(({ body }) => JSON.parse(body.toString()).Signature as string);
  for (const word of [MARKER, SECRET, 'UnsubscribeURL', 'Action=Unsubscribe', ...signatures]) {
    expect(log.filter((line) => line.includes(word))).toEqual([]);
  }
});
