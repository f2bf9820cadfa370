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
  const shown = ['gatepost-console', 'gatepost-rejected'].reduce((edited, name) => {
    const [id, { Properties = {} }] = Object.entries(edited.Resources).find(
      ([, { Properties }]) => Properties?.FunctionName === name,
    ) as [string, TemplateResource];
    const { Variables } = Properties.Environment as { readonly Variables: object };
    return withProperties(edited, id, { Environment: { Variables: { ...Variables, PAYLOADS: 'shown' } } });
  }, few);
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

describe('a rejected delivery', () => {
  const OTHER_SECRET = 'the-secret-that-altoviz-signs-with-already';

  /** What is refused, since it is signed with another secret: its id. */
  const refuse = async (data: object): Promise<string> => {
    const id = `evt_${randomUUID()}`;
    const body = Buffer.from(JSON.stringify({ id, type: 'QuoteUpdated', data }));
    const request = altovizRequest(id, body, signAltoviz(body, OTHER_SECRET));
    expect(await gate.post('altoviz', request)).toMatchObject({ status: 401 });
    const { deliveryId = '' } = gate.lines
      .map(({ text }) => JSON.parse(text))
      .findLast(({ outcome }) => outcome === 'rejected');
    await gate.until('it is kept', async () =>
      (await view({ view: 'rejected', id: deliveryId })).includes('1 rejected delivery'),
    );
    return deliveryId;
  };
  const act = async (parameters: object): Promise<string> =>
    String(await gate.localStack.invoke('gatepost-rejected', parameters));

  test('is listed, opened with the trace, and without its signature', async () => {
    const id = await refuse({ id: 81, note: '<script>alert(1)</script>' });
    expect(await view({ view: 'rejected', source: 'altoviz', reason: 'signature-mismatch' })).toContain(id);
    expect(await view({ view: 'rejected', reason: 'stale' })).not.toContain(id);
    const opened = await act({ view: 'delivery', id });
    expect(opened).toContain('Refused with 401, signature-mismatch');
    expect(opened).toContain('another secret');
    expect(opened).toContain('&#60;script&#62;alert(1)');
    const [, digest = ''] = /SHA-256 ([0-9a-f]{64})/.exec(opened) ?? [];
    expect(opened.replaceAll(digest, '')).not.toMatch(/[0-9a-f]{64}/);
    expect(opened).not.toContain(SECRET);
  });

  test('is taken back by its button once, and who did it is logged', async () => {
    const id = await refuse({ id: 82 });
    await gate.take('quote', await gate.depth('gatepost-quote.fifo'));
    expect(await act({ view: 'retry', id })).toContain('still refused: signature-mismatch');
    await gate.setSecret('altoviz', OTHER_SECRET);
    expect(await act({ view: 'delivery', id })).toContain('Genuine. The button Take back stores it.');
    // A widget on a dashboard does nothing when it is looked at.
    expect(await act({ view: 'retry', id, widgetContext: { params: { view: 'retry', id } } })).toContain(
      'Nothing was stored',
    );
    expect(await act({ view: 'retry', id })).toContain('To quote.fifo');
    expect(await gate.take('quote')).toMatchObject([{ event: { subject: '82' } }]);
    expect(await act({ view: 'retry', id })).toContain('Nothing was stored again');
    await gate.settled();
    expect(await gate.depth('gatepost-quote.fifo')).toBe(0);
    expect(await view({ view: 'rejected', id })).toContain('taken back');
    const lines = gate.lines.filter(({ functionName }) => functionName === 'gatepost-rejected');
    expect(lines.map(({ text }) => JSON.parse(text))).toContainEqual(
      expect.objectContaining({
        message: 'retried',
        outcome: 'stored',
        rejectedId: id,
        claimedBy: 'a user of the dashboard',
      }),
    );
    expect(lines.map(({ text }) => text).join()).not.toContain('"data"');
    await gate.setSecret('altoviz', SECRET);
  });

  test('is not stored by who may only look at events', async () => {
    const id = await refuse({ id: 83 });
    for (const parameters of [
      { view: 'retry', id },
      { view: 'delivery', id },
      { op: 'retry', ids: [id], by: 'me' },
    ]) {
      expect(await view(parameters)).not.toContain('<h2>Take back');
    }
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
