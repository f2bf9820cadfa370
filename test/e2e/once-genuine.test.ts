import { describe, expect, test } from '@jest/globals';
import { signAltoviz } from '../../senders/altoviz.ts';
import { innerMessage, ivvy, ivvyTopic, signInner, signSns } from '../../senders/ivvy.ts';
import { readSample } from '../../senders/samples.ts';
import { snsNotification, snsRequest } from '../../senders/sns.ts';
import { byMeta, byToken } from './support/declared-senders.ts';
import { gateUnderTest, type PostedRequest } from './support/gate-under-test.ts';

// What is genuine is stored, whatever it says; and nothing is stored that nobody signed.

const gate = gateUnderTest();
const SECRET = 'the secret of what is always stored';

const setSecret = async (source: string) => {
  await gate().setSecret(source, SECRET);
  await gate().localStack.interrupt(`gatepost-ingest-${source}`);
};

/** A rightly signed notification of iVvy's, with fields of its message replaced. */
const notification = async (fields: Readonly<Record<string, unknown>>): Promise<PostedRequest> => {
  const { sns, ivvy: key } = gate().localStack.pki;
  const inner = { ...innerMessage(await readSample(ivvy, 'CompanyAdded')), ...fields };
  const text = JSON.stringify(signInner(inner, key.key));
  return snsRequest(signSns(snsNotification(ivvyTopic(), text), sns.key));
};

/** Posts it, and takes what came of it from a queue. */
const comesOut = async (source: string, request: PostedRequest, entity = 'unrecognized') => {
  expect(await gate().post(source, request)).toMatchObject({ status: 200, body: { status: 'accepted' } });
  const [{ event } = {}] = await gate().take(entity);
  return event;
};

describe('a message of iVvy', () => {
  test.each([
    ['a TxnId that is a number', { TxnId: 12345 }],
    ['a Region that is a number', { Region: 2 }],
    ['a Timestamp of 0', { Timestamp: 0 }],
    ['a Timestamp of a space', { Timestamp: ' ' }],
    ['a Timestamp of another century', { Timestamp: 1_000_000_000_000 }],
  ])('with %s is an event, and its time is near that of SNS', async (_, fields) => {
    const event = await comesOut('ivvy', await notification(fields), 'company');
    expect(event).toMatchObject({ type: 'ivvy.company.created', subject: '60825' });
    const apart = Math.abs(Date.parse(event?.time ?? '') - Date.parse(event?.receivedat ?? ''));
    expect(apart).toBeLessThan(60_000);
  });

  test.each([
    ['a Body that is an object', { Body: { data: { id: 1 } } }],
    ['a Subject that is a list', { Subject: ['CompanyAdded'] }],
    ['a TxnId that is an object', { TxnId: {} }],
  ])('with %s is kept', async (_, fields) => {
    const event = await comesOut('ivvy', await notification(fields));
    const [name] = Object.keys(fields);
    expect(event).toMatchObject({ reason: 'not-understood', data: expect.stringContaining(name ?? '') });
  });
});

describe('a body is kept', () => {
  test.each([
    ['without data', '{"id":"1","type":"ContactCreated"}'],
    ['without an id', '{"type":"ContactCreated","data":{}}'],
  ])('of Altoviz, %s', async (_, body) => {
    await setSecret('altoviz');
    const request = { headers: { 'x-signature': signAltoviz(body, SECRET) }, body };
    expect(await comesOut('altoviz', request)).toMatchObject({ reason: 'not-understood', data: body });
  });

  test.each([
    ['without a name', '{"id":"1","data":{"id":"c1"}}'],
    ['that is no JSON', 'type=contact.created'],
    ['that is empty', ''],
  ])('of a sender with an HMAC, %s', async (_, body) => {
    await setSecret('meta');
    expect(await comesOut('meta', byMeta(body, SECRET))).toMatchObject({
      reason: 'not-understood',
      datacontenttype: 'text/plain',
      data: body,
    });
  });

  test('of a sender with an HMAC, that is no UTF-8: byte by byte', async () => {
    await setSecret('meta');
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    const headers = {
      ...byMeta(body as never, SECRET).headers,
      'content-type': 'application/octet-stream',
    };
    expect(await comesOut('meta', { headers, body })).toMatchObject({
      reason: 'not-understood',
      datacontenttype: 'application/octet-stream',
      data_base64: body.toString('base64'),
    });
  });
});

describe('what nobody signed', () => {
  const forged = (body: Buffer | string | undefined, members: string) =>
    String(body).replace(/\}\s*$/, `,${members}}`);

  test('of a message of SNS is not stored, and makes no other event of it', async () => {
    const genuine = await notification({ Subject: 'UnicornAdded' });
    const event = await comesOut('ivvy', genuine);
    const junk = `"junk":[${Array(25_001).fill('1.0').join(',')}]`;
    for (const members of ['"attacker":"any text"', `"attacker":"other",${junk}`, '"Subject ":"x"', junk]) {
      const answer = await gate().post('ivvy', { ...genuine, body: forged(genuine.body, members) });
      expect(answer).toMatchObject({ status: 200 });
    }
    await gate().settled();
    expect(await gate().depth('gatepost-unrecognized.fifo')).toBe(0);
    const items = (await gate().eventLog()).filter(({ key }) => key?.S === event?.id);
    expect(items).toMatchObject([{ duplicates: { N: '4' } }]);
  });

  test('of one that is not understood goes with it neither', async () => {
    const genuine = await notification({ Subject: 5 });
    const event = await comesOut('ivvy', {
      ...genuine,
      body: forged(genuine.body, '"attacker":"any text"'),
    });
    expect(String(event?.data)).toContain('"MessageId"');
    expect(String(event?.data)).not.toContain('attacker');
    expect(await gate().post('ivvy', genuine)).toMatchObject({ status: 200 });
    await gate().settled();
    expect(await gate().depth('gatepost-unrecognized.fifo')).toBe(0);
  });

  test('says nothing of how the body is to be read', async () => {
    await setSecret('token');
    const genuine = byToken('{"type":"contact.created","id":"gz","data":{"id":"c1"}}', SECRET);
    await comesOut('token', genuine, 'contact');
    for (const encoding of ['gzip', 'br', 'x']) {
      const headers = { ...genuine.headers, 'content-encoding': encoding };
      expect(await gate().post('token', { ...genuine, headers })).toMatchObject({ status: 200 });
    }
    await gate().settled();
    expect(await gate().depth('gatepost-contact.fifo')).toBe(0);
    expect(await gate().depth('gatepost-unrecognized.fifo')).toBe(0);
  });
});
