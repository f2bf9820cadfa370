import { expect } from '@jest/globals';
import type { GateUnderTest, PostedRequest } from './gate-under-test.ts';

/** A delivery of Avaza with several events. */
export const byAvaza = (event: string, items: readonly unknown[], secret: string): PostedRequest => ({
  path: `/${event}`,
  headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  body: JSON.stringify(items),
});

/** Delivers events of several entities at once, and holds that each arrives once, and each entity's in their order. */
export const expectAllInOrder = async (
  gate: GateUnderTest,
  {
    events,
    entities,
    secret,
  }: { readonly events: number; readonly entities: number; readonly secret: string },
): Promise<void> => {
  const items = Array.from({ length: events }, (_, number) => ({
    TimesheetEntryID: `${entities}-${number % entities}`,
    DateUpdated: `2026-11-29T10:00:00.${String(number).padStart(4, '0')}Z`,
    number,
  }));
  expect(await gate.post('avaza', byAvaza('timesheet_updated', items, secret))).toMatchObject({
    status: 200,
  });
  const taken = await gate.take('timesheet', events);
  await gate.settled();
  expect(await gate.depth('gatepost-timesheet.fifo')).toBe(0);
  expect(new Set(taken.map(({ event }) => event.id)).size).toBe(events);
  const numbers = taken.map(({ event }) => (event.data as { readonly number: number }).number);
  expect(numbers.toSorted((one, other) => one - other)).toEqual(items.map(({ number }) => number));
  for (const [entity, own] of Map.groupBy(numbers, (number) => number % entities)) {
    expect([entity, own]).toEqual([entity, own.toSorted((one, other) => one - other)]);
  }
};
