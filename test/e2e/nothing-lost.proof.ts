import { afterEach, expect, jest, test } from '@jest/globals';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// What was answered with 200 arrives, whatever breaks behind the gate.

// They wait for SQS to hand over again what was not acknowledged.
jest.setTimeout(60_000);

const gate = gateUnderTest();
const SECRET = 'the-secret-of-the-broken-things';
const INTAKE = 'gatepost-intake.fifo';

/** An event of Altoviz about an entity of that id. */
const post = async (type: string, entityId: number, id = `evt_${Math.random()}`) => {
  await gate().setSecret('altoviz', SECRET);
  const body = JSON.stringify({ id, type, data: { id: entityId, sent: id } });
  const answer = await gate().post(
    'altoviz',
    altovizRequest(id, Buffer.from(body), signAltoviz(body, SECRET)),
  );
  expect(answer.status).toBe(200);
  return id;
};

/** What the events of a queue say they are, in their order. */
const taken = async (entity: string, count: number) =>
  (await gate().take(entity, count)).map(({ event }) => (event.data as { readonly sent: string }).sent);

afterEach(() => gate().aws.pass());

test('fan-out dies between claim and send: the event comes, once, and is no duplicate of itself', async () => {
  await gate().setVisibility(INTAKE, 2);
  let crashed = false;
  gate().aws.decide(async ({ action }) => {
    if (action !== 'SendMessageBatch' || crashed) return 'pass';
    crashed = true;
    await gate().localStack.interrupt('gatepost-fan-out');
    return 'lose';
  });
  const id = await post('ContactCreated', 1);
  expect(await taken('contact', 1)).toEqual([id]);
  expect(crashed).toBe(true);
  await gate().settled();
  expect(await gate().depth('gatepost-contact.fifo')).toBe(0);
  const [item] = (await gate().eventLog()).filter(({ entity }) => entity?.S === 'contact');
  expect(item?.duplicates).toBeUndefined();
});

test('a second delivery comes in while the first one lies between claim and send: one event', async () => {
  await gate().setVisibility(INTAKE, 2);
  let crashed = false;
  const id = 'evt_while-it-lies-there';
  gate().aws.decide(async ({ action }) => {
    if (action !== 'SendMessageBatch' || crashed) return 'pass';
    crashed = true;
    await gate().localStack.interrupt('gatepost-fan-out');
    return 'lose';
  });
  await post('CustomerCreated', 5, id);
  await gate().until('the first one was claimed', () => crashed);
  await post('CustomerCreated', 5, id);
  await gate().settled();
  expect(await taken('customer', 1)).toEqual([id]);
  expect(await gate().depth('gatepost-customer.fifo')).toBe(0);
});

test('the answer of SQS is lost after it took the event: it stands in the queue once', async () => {
  await gate().setVisibility(INTAKE, 2);
  let lost = 0;
  gate().aws.decide(({ action, functionName }) =>
    action === 'SendMessageBatch' && functionName.includes('fan-out') && lost++ < 3 ? 'lose-answer' : 'pass',
  );
  const id = await post('ProductCreated', 2);
  await gate().settled();
  expect(lost).toBeGreaterThan(2);
  expect(await taken('product', 1)).toEqual([id]);
  expect(await gate().depth('gatepost-product.fifo')).toBe(0);
});

test('the answer of the intake queue is lost after it took the delivery: our own second try is the same delivery', async () => {
  let lost = 0;
  gate().aws.decide(({ action, functionName }) =>
    action === 'SendMessageBatch' && functionName.includes('ingest') && lost++ === 0 ? 'lose-answer' : 'pass',
  );
  const id = await post('ProductUpdated', 3);
  await gate().settled();
  expect(await taken('product', 1)).toEqual([id]);
  const item = (await gate().eventLog()).find(({ entityId }) => entityId?.S === '3');
  expect(item?.duplicates).toBeUndefined();
});

test('the event log is away for a while: deliveries are answered all the same, and come in their order', async () => {
  await gate().setVisibility(INTAKE, 2);
  gate().aws.decide(({ service }) => (service === 'dynamodb' ? 503 : 'pass'));
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await post('InvoiceUpdated', 4));
  expect(await gate().depth('gatepost-invoice.fifo')).toBe(0);
  gate().aws.pass();
  expect(await taken('invoice', 3)).toEqual(ids);
});

test('what fails again and again goes to the DLQ, and what came behind it arrives', async () => {
  await gate().setVisibility(INTAKE, 1);
  gate().aws.decide(({ action, body }) =>
    action === 'PutItem' && body.includes('altoviz.quote.created') ? 400 : 'pass',
  );
  await post('QuoteCreated', 6);
  const behind = await post('QuoteUpdated', 6);
  expect(await taken('quote', 1)).toEqual([behind]);
  expect(await gate().depth('gatepost-intake-dlq.fifo')).toBe(1);
});
