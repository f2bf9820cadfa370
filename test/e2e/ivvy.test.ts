import { describe, expect, test } from '@jest/globals';
import { innerMessage, ivvy, ivvyTopic, signInner, signSns } from '../../senders/ivvy.ts';
import { readSample } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { snsNotification, snsRequest } from '../../senders/sns.ts';
import { isKeeping } from './support/aws-tap.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();

/** A notification of a given message of iVvy's, as SNS delivers it anew: with a MessageId of its own. */
const notification = (message: object) => {
  const { sns, ivvy: key } = gate().localStack.pki;
  const text = JSON.stringify(signInner({ ...message }, key.key));
  return snsRequest(signSns(snsNotification(ivvyTopic(), text), sns.key));
};

describe('a notification', () => {
  test('comes out as a CloudEvent on the queue of its entity', async () => {
    const { status, body } = await gate().deliver('ivvy', 'CompanyAdded');
    expect(status).toBe(200);
    const [{ event, message } = {}] = await gate().take('company');
    const { payload } = await readSample(ivvy, 'CompanyAdded');
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^ivvy:[\w-]{43}$/),
      source: '/gatepost/ivvy/14',
      type: 'ivvy.company.created',
      subject: '60825',
      time: expect.stringMatching(/^20.*\.000Z$/),
      datacontenttype: 'application/json',
      provider: 'ivvy',
      entity: 'company',
      action: 'created',
      providertype: 'CompanyAdded',
      deliveryid: (body as { deliveryId: string }).deliveryId,
      receivedat: expect.stringMatching(/^20.*Z$/),
      data: JSON.parse(payload ?? ''),
    });
    expect(message?.MessageAttributes).toMatchObject({
      provider: { StringValue: 'ivvy' },
      entity: { StringValue: 'company' },
      action: { StringValue: 'created' },
      type: { StringValue: 'ivvy.company.created' },
    });
    expect(message?.Attributes?.MessageDeduplicationId).toBe(event?.id);
  });

  test('is told from a repeat: the same delivery twice, and the same transaction under another MessageId', async () => {
    const before = (await gate().eventLog()).length;
    const message = innerMessage(await readSample(ivvy, 'ContactAdded'));
    const once = notification(message);
    const again = notification(message);
    expect(again.id).not.toBe(once.id);
    for (const request of [once, once, again]) {
      expect(await gate().post('ivvy', request)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    }
    await gate().settled();
    expect(await gate().take('contact')).toHaveLength(1);
    expect(await gate().depth('gatepost-contact.fifo')).toBe(0);
    const log = await gate().eventLog();
    expect(log).toHaveLength(before + 1);
    expect(log.find(({ entity }) => entity?.S === 'contact')?.duplicates).toEqual({ N: '2' });
    expect(gate().happenings).toContainEqual(expect.objectContaining({ outcome: 'duplicate' }));
  });

  test('of one transaction about two things is two events', async () => {
    const company = innerMessage(await readSample(ivvy, 'CompanyUpdated'));
    const contact = innerMessage(await readSample(ivvy, 'ContactUpdated'));
    await gate().post('ivvy', notification(company));
    await gate().post('ivvy', notification({ ...contact, TxnId: company.TxnId }));
    await Promise.all([gate().take('company'), gate().take('contact')]);
  });

  test('that was changed on the way is turned away, and leaves no trace', async () => {
    const calls = gate().aws.calls.length;
    const answer = await gate().post('ivvy', tamper(await gate().sign('ivvy')));
    expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(
      gate()
        .aws.calls.slice(calls)
        .filter((call) => !isKeeping(call)),
    ).toEqual([]);
  });

  test('signed with SHA-256 is as good', async () => {
    const request = ivvy.sign(await readSample(ivvy, 'InvoiceAdded'), gate().localStack.pki, {
      signatureVersion: '2',
    });
    expect(await gate().post('ivvy', request)).toMatchObject({ status: 200 });
    await gate().take('invoice');
  });

  test('of an event that nobody knows goes to unrecognized.fifo with the reason, whole', async () => {
    const message = { ...innerMessage({ event: 'UnicornAdded', payload: '{"data":{"id":7}}' }) };
    await gate().post('ivvy', notification(message));
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({
      type: 'ivvy.unrecognized.received',
      providertype: 'UnicornAdded',
      reason: 'unknown-event',
      subject: '7',
      data: { data: { id: 7 } },
    });
  });

  test('of an unlisted event of a known entity goes to its queue with the verb of the provider', async () => {
    await gate().post(
      'ivvy',
      notification(innerMessage({ event: 'BookingMerged', payload: '{"data":{"id":8}}' })),
    );
    const [{ event } = {}] = await gate().take('booking');
    expect(event).toMatchObject({
      type: 'ivvy.booking.merged',
      entity: 'booking',
      action: 'merged',
      subject: '8',
    });
  });

  test('whose Body is not understood is kept as it came', async () => {
    await gate().post(
      'ivvy',
      notification({ ...innerMessage({ event: 'CompanyAdded' }), Body: 'not JSON at all' }),
    );
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({ reason: 'not-understood', datacontenttype: 'text/plain' });
    expect(event?.data).toContain('not JSON at all');
  });

  test("says what came of iVvy's own signature, and lets it pass", async () => {
    const { sns } = gate().localStack.pki;
    const unsigned = JSON.stringify(innerMessage(await readSample(ivvy, 'OpportunityAdded')));
    await gate().post('ivvy', snsRequest(signSns(snsNotification(ivvyTopic('Crm'), unsigned), sns.key)));
    await gate().take('opportunity');
    expect(gate().lines.some(({ text }) => text.includes('"innerSignature":"missing"'))).toBe(true);
    expect(gate().lines.some(({ text }) => text.includes('"innerSignature":"valid"'))).toBe(true);
  });

  test('is answered after exactly one call to AWS', async () => {
    await gate().deliver('ivvy');
    const before = gate().aws.calls.length;
    await gate().deliver('ivvy');
    const calls = gate()
      .aws.calls.slice(before)
      .filter(({ functionName }) => functionName.includes('ingest'));
    expect(calls.map(({ action }) => action)).toEqual(['SendMessageBatch']);
  });
});

describe('the handshake', () => {
  test('is completed once its signature was verified', async () => {
    const { localStack, sign, post } = gate();
    const before = localStack.outside.confirmations.length;
    const request = await sign('ivvy', 'subscribe');
    expect(await post('ivvy', tamper(request))).toMatchObject({ status: 401 });
    expect(localStack.outside.confirmations).toHaveLength(before);
    expect(await post('ivvy', request)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    const { Token, TopicArn } = JSON.parse(request.body.toString());
    expect(localStack.outside.confirmations.slice(before)).toEqual([{ topicArn: TopicArn, token: Token }]);
  });

  test('is not followed where the provider unsubscribes: that URL would subscribe again', async () => {
    const { localStack, deliver } = gate();
    await deliver('ivvy', 'CompanyAdded'); // the certificate is there
    const before = localStack.outside.requests.length;
    expect(await deliver('ivvy', 'unsubscribe')).toMatchObject({
      status: 200,
      body: { status: 'unsubscribed' },
    });
    expect(localStack.outside.requests).toHaveLength(before);
  });

  test('follows no redirect', async () => {
    const { localStack, deliver } = gate();
    localStack.outside.misbehave('confirmation', 'redirect');
    try {
      expect(await deliver('ivvy', 'subscribe')).toMatchObject({ status: 503 });
      expect(localStack.outside.requests.map(({ host }) => host)).not.toContain('elsewhere.example');
    } finally {
      localStack.outside.behave();
    }
  });
});

test('topics are taken only from the list where there is one', async () => {
  const sample = await readSample(ivvy, 'CompanyAdded');
  const { pki } = gate().localStack;
  expect(await gate().post('ivvy-pinned', ivvy.sign(sample, pki))).toMatchObject({ status: 200 });
  const other = ivvy.sign(sample, pki, { topicArn: ivvyTopic('Venues') });
  expect(await gate().post('ivvy-pinned', other)).toMatchObject({ status: 403 });
});
