import { afterEach, describe, expect, test } from '@jest/globals';
import { unpack } from '../../lambdas/event-log/packed.ts';
import { byAvaza, expectAllInOrder } from './support/avaza-batches.ts';
import { byHubspot } from './support/declared-senders.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// Deliveries of several events, events that share an id, and what AWS refuses for good.

const gate = gateUnderTest();
const SECRET = 'the secret of those that send several at once';
const INTAKE = 'gatepost-intake.fifo';

afterEach(() => gate().aws.pass());

const setSecret = async (source: string) => {
  await gate().setSecret(source, SECRET);
  await gate().localStack.interrupt(`gatepost-ingest-${source}`);
};

const avaza = async (event: string, items: readonly unknown[]) => {
  await setSecret('avaza');
  expect(await gate().post('avaza', byAvaza(event, items, SECRET))).toMatchObject({ status: 200 });
};

const conflicts = (): number => gate().lines.filter(({ text }) => text.includes('"conflict":true')).length;

describe('a delivery of several events', () => {
  test('of several entities: each arrives once, and each entity in its order', async () => {
    await setSecret('avaza');
    await expectAllInOrder(gate(), { events: 120, entities: 12, secret: SECRET });
    const sent = gate().aws.calls.filter(
      ({ action, functionName }) => action === 'SendMessageBatch' && functionName.includes('ingest-avaza'),
    );
    expect(sent).toHaveLength(2);
  });

  test('about up to ten entities is stored by one call', async () => {
    await setSecret('avaza');
    const before = gate().aws.calls.length;
    await avaza(
      'company_created',
      Array.from({ length: 10 }, (_, CompanyID) => ({ CompanyID, DateUpdated: '2026-11-29T10:00:00Z' })),
    );
    await gate().take('company', 10);
    const calls = gate()
      .aws.calls.slice(before)
      .filter(({ functionName }) => functionName.includes('ingest'));
    expect(calls.map(({ action }) => action).filter((action) => action !== 'GetSecretValue')).toEqual([
      'SendMessageBatch',
    ]);
    expect(
      (await gate().eventLog())
        .filter(({ entity }) => entity?.S === 'company')
        .map(({ packed }) => JSON.parse(unpack(packed?.B ?? new Uint8Array()).envelope).items),
    ).toEqual(expect.arrayContaining([[0], [9]]));
  });

  test('of 12,000 goes whole to unrecognized.fifo, and that is all', async () => {
    const items = Array.from({ length: 12_000 }, (_, TimesheetEntryID) => ({ TimesheetEntryID }));
    await avaza('timesheet_created', items);
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({ reason: 'too-many-events', data: JSON.stringify(items) });
    await gate().settled();
    expect(await gate().depth('gatepost-timesheet.fifo')).toBe(0);
  });

  test('of which one item is not understood: the others arrive', async () => {
    await avaza('timesheet_created', [{ TimesheetEntryID: 1, DateUpdated: '2026-11-29T10:00:00Z' }, null]);
    const events = [...(await gate().take('timesheet')), ...(await gate().take('unrecognized'))];
    expect(events.map(({ event }) => [event.reason, event.data])).toEqual([
      [undefined, { TimesheetEntryID: 1, DateUpdated: '2026-11-29T10:00:00Z' }],
      ['not-understood', null],
    ]);
  });

  test('goes on where it stopped: what arrived before is not sent again', async () => {
    // Longer than the first try takes, on a busy machine too.
    await gate().setVisibility(INTAKE, 6);
    const items = Array.from({ length: 40 }, (_, number) => ({
      ProjectID: 7,
      DateUpdated: `2026-11-29T10:00:${10 + number}Z`,
      number,
    }));
    let sends = 0;
    gate().aws.decide(({ action, functionName }) =>
      action === 'SendMessageBatch' && functionName.includes('fan-out') && ++sends === 21 ? 403 : 'pass',
    );
    await avaza('project_updated', items);
    const taken = await gate().take('project', 40);
    expect(taken.map(({ event }) => (event.data as { number: number }).number)).toEqual(
      items.map(({ number }) => number),
    );
    await gate().settled();
    expect(sends).toBe(41);
  }, 30_000);

  test('that holds what came before and more: what is new arrives', async () => {
    await setSecret('hubspot');
    const batch = (...ids: readonly number[]) =>
      byHubspot(
        JSON.stringify(
          ids.map((eventId) => ({
            subscriptionType: 'contact.creation',
            eventId,
            objectId: 100 + eventId,
            // Changes with each try.
            attemptNumber: ids.length,
          })),
        ),
        SECRET,
      );
    expect(await gate().post('hubspot', batch(1))).toMatchObject({ status: 200 });
    expect(await gate().post('hubspot', batch(1, 2, 3))).toMatchObject({ status: 200 });
    const taken = await gate().take('contact', 3);
    expect(taken.map(({ event }) => event.subject).sort()).toEqual(['101', '102', '103']);
    await gate().settled();
    expect(await gate().depth('gatepost-contact.fifo')).toBe(0);
  });
});

test('an update with the id of another one arrives, and is logged as a conflict; its repeat does not', async () => {
  const update = (PercentComplete: number) =>
    avaza('task_updated', [{ TaskID: 1, DateUpdated: '2026-11-29T10:00:00Z', PercentComplete }]);
  const before = conflicts();
  for (const percent of [10, 90, 90, 10]) await update(percent);
  const taken = await gate().take('task', 2);
  expect(taken.map(({ event }) => (event.data as { PercentComplete: number }).PercentComplete)).toEqual([
    10, 90,
  ]);
  const [first, second] = taken.map(({ event }) => event.id);
  expect(second).toMatch(new RegExp(`^${first}\\.[\\w-]{10}$`));
  await gate().settled();
  expect(await gate().depth('gatepost-task.fifo')).toBe(0);
  expect(conflicts() - before).toBe(2);
});

describe('what AWS refuses for good', () => {
  const invoice = (TransactionID: number, at: number) => ({
    TransactionID,
    DateUpdated: `2026-11-29T10:00:0${at}Z`,
    at,
  });

  test('SQS: goes to unrecognized.fifo with the reason at the first try, and its entity goes on', async () => {
    // The answer of SQS to a call with a message that it never takes.
    gate().aws.decide(({ action, body, functionName }) =>
      action === 'SendMessageBatch' && functionName.includes('fan-out') && body.includes('\\"at\\":1')
        ? { status: 400, error: 'InvalidMessageContents' }
        : 'pass',
    );
    await avaza('invoice_updated', [invoice(1, 0), invoice(1, 1), invoice(1, 2), invoice(2, 3)]);
    const taken = await gate().take('invoice', 3);
    expect(taken.map(({ event }) => (event.data as { at: number }).at).sort()).toEqual([0, 2, 3]);
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({ reason: 'refused', datacontenttype: 'application/gzip' });
    await gate().settled();
    expect(await gate().depth('gatepost-intake-dlq.fifo')).toBe(0);
  });

  test('DynamoDB: likewise', async () => {
    gate().aws.decide(({ action, body }) =>
      action === 'PutItem' &&
      body.includes('"bill"') &&
      !body.includes('bodyOmitted') &&
      body.includes('"S":"5"')
        ? { status: 400, error: 'ValidationException' }
        : 'pass',
    );
    await avaza('bill_updated', [
      { TransactionID: 5, DateUpdated: '2026-11-29T10:00:00Z' },
      { TransactionID: 6, DateUpdated: '2026-11-29T10:00:00Z' },
    ]);
    const [{ event: other } = {}] = await gate().take('bill');
    expect(other?.subject).toBe('6');
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event).toMatchObject({ reason: 'refused' });
    const logged = (await gate().eventLog()).find(({ key }) => key?.S === event?.id);
    expect(logged).toMatchObject({ bodyOmitted: { S: 'DynamoDB refused it' } });
  });

  test('what SQS throttles is no such thing: it waits, and arrives in its order', async () => {
    await gate().setVisibility(INTAKE, 1);
    let refused = 0;
    gate().aws.decide(({ action, body, functionName }) =>
      action === 'SendMessageBatch' &&
      functionName.includes('fan-out') &&
      body.includes('\\"ContactID\\":1,') &&
      refused++ < 2
        ? { status: 400, error: 'RequestThrottled' }
        : 'pass',
    );
    const contact = (at: number) => ({ ContactID: 1, DateUpdated: `2026-11-29T10:00:0${at}Z`, at });
    await avaza('contact_updated', [contact(0), contact(1)]);
    const taken = await gate().take('contact', 2);
    expect(taken.map(({ event }) => (event.data as { at: number }).at)).toEqual([0, 1]);
    expect(refused).toBeGreaterThan(2);
  });
});
