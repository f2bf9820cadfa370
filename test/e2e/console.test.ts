import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../local/assembly/template.ts';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { assemblyUnderTest, withFunctions, writeEdited } from './support/edited-assembly.ts';
import { type StartedGate, startGate } from './support/gate-under-test.ts';
import { withProperties } from './support/grants.ts';

// The console's functions, called as a dashboard calls them, on events that came through the gate.

const SECRET = 'the-secret-of-those-who-only-look';
let gate: StartedGate;
let assembly: string;

beforeAll(async () => {
  const { template } = await assemblyUnderTest();
  const few = withFunctions(template, [
    'gatepost-ingest-altoviz',
    'gatepost-fan-out',
    'gatepost-console',
    'gatepost-replay',
    'gatepost-keep-rejected',
    'gatepost-rejected',
  ]);
  const [id, { Properties = {} }] = Object.entries(few.Resources).find(
    ([, { Properties }]) => Properties?.FunctionName === 'gatepost-console',
  ) as [string, TemplateResource];
  const { Variables } = Properties.Environment as { readonly Variables: object };
  const shown = withProperties(few, id, { Environment: { Variables: { ...Variables, PAYLOADS: 'shown' } } });
  assembly = await writeEdited(shown);
  gate = await startGate(assembly);
  await gate.setSecret('altoviz', SECRET);
}, 60_000);

afterAll(async () => {
  await gate.stop();
  await rm(assembly, { recursive: true });
}, 30_000);

const deliver = async (data: object): Promise<void> => {
  const id = `evt_${randomUUID()}`;
  const body = Buffer.from(JSON.stringify({ id, type: 'QuoteUpdated', data }));
  await gate.post('altoviz', altovizRequest(id, body, signAltoviz(body, SECRET)));
  await gate.settled();
};
const view = async (parameters: object): Promise<string> =>
  String(await gate.localStack.invoke('gatepost-console', parameters));
const replay = async (parameters: object): Promise<string> =>
  String(await gate.localStack.invoke('gatepost-replay', parameters));

/** The key of the newest event of a quote. */
const keyOf = async (id: string): Promise<string> => {
  const list = await view({ entity: 'quote', id });
  return /"view":"event","key":"([^"]+)"/.exec(list)?.[1] ?? '';
};

test('lists what came, by source, entity and id, and opens it with its path and payload', async () => {
  await deliver({ id: 71, amount: '4.0000' });
  const list = await view({ source: 'altoviz', entity: 'quote', id: '71' });
  expect(list).toContain('>altoviz.quote.updated</button>');
  const event = await view({ view: 'event', key: await keyOf('71') });
  expect(event).toContain('routed to quote.fifo');
  expect(event).toMatch(/verified, stored and answered after \d+ ms/);
  expect(event).toMatch(/sent to quote\.fifo after \d+ ms/);
  expect(event).toContain('&#34;amount&#34;: &#34;4.0000&#34;');
  expect(await view({ entity: 'quote', id: '404' })).toContain('No events from');
});

test('a payload full of markup stays text', async () => {
  await deliver({ id: 72, note: '</pre><script>alert(1)</script><img src=x onerror=alert(1)>' });
  const event = await view({ view: 'event', key: await keyOf('72') });
  expect(event).toContain('&#60;script&#62;alert(1)');
  expect(event).not.toMatch(/<script|<img/);
});

describe('a replay', () => {
  test('arrives once more, and says what it repeats', async () => {
    await deliver({ id: 73 });
    const key = await keyOf('73');
    await gate.take('quote', await gate.depth('gatepost-quote.fifo'));
    const replayId = randomUUID();
    expect(await replay({ key, replayId })).toContain('Replayed');
    // Until fan-out is done with it, its line may not be in the log.
    await gate.settled();
    const [{ event } = {}] = await gate.take('quote');
    expect(event).toMatchObject({ id: `${key}~${replayId}`, replayof: key, subject: '73' });
    const original = await view({ view: 'event', key });
    expect(original).toContain(`replayed to quote.fifo as ${key}~${replayId}`);
    expect(original).toContain('>replayed<');
  });

  test('that somebody asks for twice arrives once', async () => {
    await deliver({ id: 74 });
    const key = await keyOf('74');
    await gate.take('quote', await gate.depth('gatepost-quote.fifo'));
    const button = { key, replayId: randomUUID() };
    await Promise.all([replay(button), replay(button)]);
    await gate.settled();
    expect(await gate.depth('gatepost-quote.fifo')).toBe(1);
  });

  test('of what is not there is a sentence', async () => {
    const key = `altoviz:${'x'.repeat(43)}`;
    const answer = await replay({ key, replayId: randomUUID() });
    expect(answer).toContain('Nothing was sent: the event log has no event with that key');
  });

  test('is not sent by who only looks, whatever the console is called with', async () => {
    await deliver({ id: 75 });
    const key = await keyOf('75');
    const before = await gate.depth('gatepost-quote.fifo');
    expect(await view({ key, replayId: randomUUID() })).toContain('newest first');
    await gate.settled();
    expect(await gate.depth('gatepost-quote.fifo')).toBe(before);
  });
});

test('the log says what was looked at, and nothing of what was seen', async () => {
  await deliver({ id: 76, iban: 'DE02120300000000202051' });
  const key = await keyOf('76');
  expect(await view({ view: 'event', key })).toContain('DE02120300000000202051');
  const lines = gate.lines.filter(({ functionName }) => /console|replay/.test(functionName));
  expect(lines.some(({ text }) => text.includes(key))).toBe(true);
  expect(lines.map(({ text }) => text).join()).not.toContain('DE0212');
});
