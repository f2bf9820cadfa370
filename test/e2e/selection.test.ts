import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Source } from '../../lambdas/core/source.ts';
import { unpack } from '../../lambdas/event-log/packed.ts';
import { byHubspot } from './support/declared-senders.ts';
import { assemblyUnderTest, withFunctions, writeEdited } from './support/edited-assembly.ts';
import { type StartedGate, startGate } from './support/gate-under-test.ts';
import { withProperties } from './support/grants.ts';

// A source that lets in one of its two events.

const SECRET = 'the secret of a source that chooses';
const [CREATED, CHANGED, UNKNOWN] = ['contact.creation', 'contact.propertyChange', 'contact.merged'] as const;
let gate: StartedGate;
let assembly: string;

beforeAll(async () => {
  const { template } = await assemblyUnderTest();
  const few = withFunctions(template, ['gatepost-ingest-hubspot', 'gatepost-fan-out']);
  const [id = '', { Properties = {} } = {}] =
    Object.entries(few.Resources).find(
      ([, resource]) => resource.Properties?.FunctionName === 'gatepost-ingest-hubspot',
    ) ?? [];
  const { Variables } = Properties.Environment as { readonly Variables: { readonly SOURCE: string } };
  const source = JSON.parse(Variables.SOURCE) as Source<object>;
  const SOURCE = JSON.stringify({ ...source, settings: { ...source.settings, events: ['contact.created'] } });
  assembly = await writeEdited(
    withProperties(few, id, { Environment: { Variables: { ...Variables, SOURCE } } }),
  );
  gate = await startGate(assembly);
  await gate.setSecret('hubspot', SECRET);
}, 60_000);

afterAll(async () => {
  await gate.stop();
  await rm(assembly, { recursive: true });
}, 30_000);

const ignored = (): number =>
  gate.lines
    .flatMap(({ text }) => /"ignored":(\d+)[,}]/.exec(text)?.[1] ?? [])
    .reduce((total, count) => total + Number(count), 0);

const post = async (...names: readonly string[]) => {
  const items = names.map((subscriptionType, at) => ({ subscriptionType, eventId: at, objectId: 200 + at }));
  const { status, body } = await gate.post('hubspot', byHubspot(JSON.stringify(items), SECRET));
  return { status, said: Object(body).status };
};

test('what it does not let in is answered with 200 and counted, and goes no further', async () => {
  expect(await post(CHANGED, CHANGED)).toEqual({ status: 200, said: 'ignored' });
  await gate.until('it is counted', () => ignored() === 2);
  await gate.settled();
  expect(gate.aws.calls.map(({ action }) => action).filter((action) => action.startsWith('Send'))).toEqual(
    [],
  );
  expect(await gate.eventLog()).toEqual([]);
  expect(gate.happenings).toContainEqual(
    expect.objectContaining({ kind: 'delivery', status: 200, outcome: 'ignored', entity: 'contact' }),
  );
});

test('the rest of its delivery is stored without it, and so is what is not in its catalogue', async () => {
  const before = ignored();
  expect(await post(CREATED, CHANGED, UNKNOWN)).toEqual({ status: 200, said: 'accepted' });
  const taken = await gate.take('contact', 2);
  expect(taken.map(({ event }) => [event.subject, event.action]).sort()).toEqual([
    ['200', 'created'],
    ['202', 'merged'],
  ]);
  await gate.settled();
  expect(await gate.depth('gatepost-contact.fifo')).toBe(0);
  expect(ignored() - before).toBe(1);
  const stored = await gate.eventLog();
  expect(stored.map(({ entityId }) => entityId?.S).sort()).toEqual(['200', '202']);
  const bodies = stored.map(({ packed }) => String(unpack(packed?.B ?? new Uint8Array()).body));
  expect(bodies.join()).not.toContain(CHANGED);
  expect(bodies.join()).toContain(CREATED);
});
