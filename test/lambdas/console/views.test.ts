import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryDetails } from '../../../lambdas/console/delivery-details.ts';
import { deliveryView } from '../../../lambdas/console/delivery-view.ts';
import { type EventContext, eventView } from '../../../lambdas/console/event-view.ts';
import { type ListContext, listView } from '../../../lambdas/console/list-view.ts';
import type { EventDetails } from '../../../lambdas/console/model.ts';
import { rejectedListView } from '../../../lambdas/console/rejected-list-view.ts';
import { replayedView } from '../../../lambdas/console/replayed-view.ts';
import { retriedView } from '../../../lambdas/console/retried-view.ts';
import type { ListedEvent } from '../../../lambdas/event-log/listed-event.ts';
import type { ListedRejection } from '../../../lambdas/event-log/search-rejected.ts';
import type { Retrial } from '../../../lambdas/rejected/retry.ts';
import { anyText } from '../support/text.ts';

const CONSOLE = 'arn:aws:lambda:eu-central-1:111122223333:function:gatepost-console';
const REJECTED = 'arn:aws:lambda:eu-central-1:111122223333:function:gatepost-rejected';
const REPLAY = 'arn:aws:lambda:eu-central-1:111122223333:function:gatepost-replay';

const listed: ListedEvent = {
  key: 'ivvy:k',
  at: '2026-11-22T04:23:03.123Z',
  deliveryId: 'd',
  receivedAt: '2026-11-22T04:23:03.123Z',
  source: 'ivvy',
  provider: 'ivvy',
  entity: 'company',
  action: 'created',
  type: 'ivvy.company.created',
  entityId: '60825',
  duplicates: 0,
  replays: 0,
};
const details: EventDetails = {
  ...listed,
  state: 'routed to company.fifo',
  path: [
    { at: '2026-11-22T04:23:03.123Z', what: 'accepted' },
    { at: '2026-11-22T04:23:04.000Z', what: 'failed: TimeoutError', failed: true },
  ],
  headers: { 'x-topic': 'companies' },
  payload: { text: '{"id":1}' },
};
const refused: Omit<ListedRejection, 'retried'> = {
  id: '0a1b2c3d-0000-4000-8000-000000000000',
  receivedAt: '2026-11-22T04:23:03.123Z',
  source: 'ivvy',
  provider: 'ivvy',
  reason: 'signature-mismatch',
  isSigned: false,
};
const delivery: DeliveryDetails = {
  ...refused,
  detail: 'signature-mismatch',
  method: 'POST',
  sourceIp: '203.0.113.7',
  size: 12,
  expiresAt: new Date('2026-11-29T04:23:03Z'),
  headers: [
    { name: 'content-type', value: 'application/json' },
    { name: 'x-signature', hidden: 'not shown' },
  ],
  explanation: {
    ...refused,
    isAddressAllowed: true,
    isTakenBack: false,
    trace: {
      outcome: {
        kind: 'rejected',
        reason: 'signature-mismatch',
        status: 401,
        detail: 'signature-mismatch',
      },
      method: 'HMAC with sha256',
      handshake: false,
      nearMisses: [{ code: 'encoding', says: 'It fits with another encoding.', key: 'current secret' }],
      faults: [],
    },
  },
  payload: { text: '{"id":1}' },
};
const context: ListContext = {
  since: Date.parse('2026-11-22T01:30:00Z'),
  until: Date.parse('2026-11-22T04:30:00Z'),
  theme: 'dark',
  offset: '+02:00',
  console: CONSOLE,
  rejected: REJECTED,
  filter: {},
  isOlder: false,
  sources: ['altoviz', 'ivvy'],
  entities: ['company', 'contact'],
};
const opened: EventContext = { ...context, replay: REPLAY, replayId: 'r' };

/** What stands between tags, without the style. */
const textOf = (view: string): string =>
  view
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<cwdb-action[\s\S]*?<\/cwdb-action>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');

/** Every button: what it says, and what the action right behind it calls. */
const buttonsOf = (view: string) =>
  [...view.matchAll(/<button [^>]*>([^<]*)<\/button><cwdb-action ([^>]*)>([^<]*)<\/cwdb-action>/g)].map(
    ([, label, attributes = '', parameters = '']) => ({
      label,
      ...Object.fromEntries(
        [...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      ),
      parameters: JSON.parse(parameters),
    }),
  );

describe('the list', () => {
  test('says of each event when it came by the clock of the dashboard, from where, and what it is', () => {
    const text = textOf(listView({ events: [listed] }, context));
    expect(text).toContain(
      '1 event from 2026-11-22 03:30:00 to 2026-11-22 06:30:00 UTC+02:00, newest first.',
    );
    expect(text).toContain('2026-11-22 06:23:03 ivvy ivvy.company.created 60825');
  });

  test('says what sets an event apart', () => {
    const of = (fields: Partial<ListedEvent>) =>
      textOf(listView({ events: [{ ...listed, ...fields }] }, context));
    expect(of({ duplicates: 1 })).toContain(' 1 duplicate ');
    expect(of({ duplicates: 3, replays: 2 })).toMatch(/ 3 duplicates +replayed 2 times /);
    expect(of({ reason: 'unknown-event', replayOf: 'ivvy:x' })).toMatch(/ unknown-event +replay /);
  });

  test('opens an event, searches and goes on with buttons of the widget that call the console', () => {
    const filter = { source: 'ivvy', duplicates: true };
    const view = listView({ events: [listed], cursor: 'c' }, { ...context, filter, isOlder: true });
    expect(buttonsOf(view)).toEqual(
      [
        { label: 'Rejected deliveries', parameters: { view: 'rejected', source: 'ivvy' } },
        { label: 'Search', parameters: { view: 'search' } },
        { label: 'ivvy.company.created', parameters: { ...filter, view: 'event', key: 'ivvy:k' } },
        { label: 'Newest', parameters: { ...filter, view: 'list' } },
        { label: 'Older', parameters: { ...filter, view: 'list', cursor: 'c' } },
      ].map((button) => ({ ...button, action: 'call', display: 'widget', endpoint: CONSOLE })),
    );
  });

  test('keeps what was filtered by, even what the stack does not know any more', () => {
    const filter = { source: 'gone', entity: 'contact', id: 'a"b', duplicates: true };
    const view = listView({ events: [] }, { ...context, filter });
    expect(view).toContain('<option value="gone" selected>gone</option>');
    expect(view).toContain('<option value="contact" selected>contact</option>');
    expect(view).toContain('name="id" value="a&#34;b"');
    expect(view).toContain('name="duplicates" checked>');
  });

  test('says so where nothing matches, and how far it has come where time ran out', () => {
    expect(textOf(listView({ events: [] }, context))).toContain('No events from 2026-');
    const view = listView({ events: [], cursor: 'c', searchedUntil: '2026-11-22T02:00:00.000Z' }, context);
    expect(textOf(view)).toContain('No events so far from ');
    expect(textOf(view)).toContain('Searched back to 2026-11-22 04:00:00.');
    expect(buttonsOf(view).at(-1)).toMatchObject({ label: 'Older' });
  });

  test('says why it can not be had, and still lets somebody search', () => {
    const view = listView({ fault: 'no index <yet>' }, context);
    expect(textOf(view)).toContain('no index <yet>');
    expect(buttonsOf(view)).toMatchObject([{ label: 'Rejected deliveries' }, { label: 'Search' }]);
    const without = listView({ events: [] }, { ...context, rejected: undefined });
    expect(buttonsOf(without)).toMatchObject([{ label: 'Search' }]);
  });
});

describe('an opened event', () => {
  test('shows its state, path, headers and payload', () => {
    const text = textOf(eventView(details, opened));
    for (const part of [
      'State routed to company.fifo',
      'Received 2026-11-22 06:23:03 UTC+02:00',
      'Entity id 60825',
      'Key ivvy:k',
      '2026-11-22 06:23:04.000 failed: TimeoutError',
      'x-topic companies',
      '{"id":1}',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('is sent again by the other function, after a confirmation, in front of it', () => {
    expect(buttonsOf(eventView(details, { ...opened, filter: { source: 'ivvy' } }))).toMatchObject([
      { label: 'Back to the list', endpoint: CONSOLE, parameters: { view: 'list', source: 'ivvy' } },
      {
        label: 'Replay',
        endpoint: REPLAY,
        display: 'popup',
        confirmation: expect.stringContaining('Replay this ivvy.company.created?'),
        parameters: { key: 'ivvy:k', replayId: 'r' },
      },
    ]);
  });

  test('leads from a replay to what it repeats', () => {
    const view = eventView({ ...details, replayOf: 'ivvy:first' }, opened);
    expect(textOf(view)).toContain('Replayed 2026-11-22 06:23:03');
    expect(buttonsOf(view).at(-1)).toMatchObject({
      label: 'ivvy:first',
      parameters: { view: 'event', key: 'ivvy:first' },
    });
  });

  test('says why there is no payload', () => {
    const { payload: _, ...without } = details;
    expect(textOf(eventView(without, opened))).toContain('the setting consolePayloads is off');
    const view = eventView({ ...details, payload: { missing: 'too large' } }, opened);
    expect(textOf(view)).toContain('too large');
    expect(view).not.toContain('<pre ');
  });

  test('shows the beginning of a payload that would make a browser slow', () => {
    const view = eventView({ ...details, payload: { text: 'x'.repeat(300_000) } }, opened);
    expect(textOf(view)).toContain('The first 200000 of 300000 characters.');
    expect(view.length).toBeLessThan(220_000);
  });

  test('that is not there is a sentence, and a way back', () => {
    const view = eventView({ fault: 'no such event' }, opened);
    expect(textOf(view)).toContain('no such event');
    expect(buttonsOf(view)).toMatchObject([{ label: 'Back to the list' }]);
  });
});

describe('rejected deliveries', () => {
  test('are listed with the reason, the signature, and what came of trying again', () => {
    const others = [
      { ...refused, id: 'b', isSigned: true, reason: 'stale' as const, retried: 'refused' as const },
      { ...refused, id: 'c', retried: 'stored' as const },
    ];
    const view = rejectedListView({ found: [refused, ...others] }, context);
    expect(textOf(view)).toContain('3 rejected deliveries from 2026-11-22 03:30:00 to');
    expect(textOf(view)).toContain('2026-11-22 06:23:03 ivvy stale signature holds refused again b');
    expect(textOf(view)).toContain('2026-11-22 06:23:03 ivvy signature-mismatch taken back c');
    expect(textOf(view)).toContain('2026-11-22 06:23:03 ivvy signature-mismatch 0a1b2c3d 2026');
    expect(buttonsOf(view).slice(0, 3)).toMatchObject([
      { label: 'Events', endpoint: CONSOLE, parameters: { view: 'list' } },
      { label: 'Search', endpoint: CONSOLE, parameters: { view: 'search-rejected' } },
      {
        label: 'signature-mismatch',
        endpoint: REJECTED,
        display: 'widget',
        parameters: { view: 'delivery', id: refused.id },
      },
    ]);
  });

  test('go on, and keep what was filtered by', () => {
    const filter = { source: 'gone', reason: 'stale' as const };
    const view = rejectedListView({ found: [refused], cursor: 'c' }, { ...context, filter, isOlder: true });
    expect(view).toContain('<option value="gone" selected>gone</option>');
    expect(view).toContain('<option value="stale" selected>stale</option>');
    expect(buttonsOf(view).slice(-2)).toMatchObject([
      { label: 'Newest', parameters: { ...filter, view: 'rejected' } },
      { label: 'Older', parameters: { ...filter, view: 'rejected', cursor: 'c' } },
    ]);
    expect(textOf(rejectedListView({ found: [] }, context))).toContain('No rejected deliveries from ');
    expect(textOf(rejectedListView({ found: [] }, { ...context, filter: { id: 'x' } }))).toContain(
      'No rejected delivery with this id is kept',
    );
    expect(textOf(rejectedListView({ fault: 'no index <yet>' }, context))).toContain('no index <yet>');
  });

  test('one shows what was refused, and why it is today', () => {
    const text = textOf(deliveryView(delivery, { ...opened, rejected: REJECTED, filter: {} }));
    for (const part of [
      'Received 2026-11-22 06:23:03 UTC+02:00',
      'Source ivvy (ivvy)',
      'Refused signature-mismatch',
      'Request POST, 12 bytes, from 203.0.113.7',
      'Refused with 401, signature-mismatch.',
      'Most likely: It fits with another encoding. [encoding]',
      'Method HMAC with sha256',
      'content-type application/json',
      'x-signature (not shown)',
      '{"id":1}',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('one is taken back by the function of its own, after a confirmation', () => {
    const buttons = (over: Partial<DeliveryDetails> = {}) =>
      buttonsOf(
        deliveryView({ ...delivery, ...over }, { ...opened, rejected: REJECTED, filter: { source: 'ivvy' } }),
      );
    expect(buttons()).toMatchObject([
      { label: 'Back to the list', endpoint: CONSOLE, parameters: { view: 'rejected', source: 'ivvy' } },
      {
        label: 'Take back',
        endpoint: REJECTED,
        display: 'popup',
        confirmation: expect.stringContaining('Take back this delivery of ivvy?'),
        parameters: { view: 'retry', id: refused.id },
      },
    ]);
    const tried = { at: listed.at, by: 'anna', outcome: 'refused', reason: 'stale' } as const;
    expect(buttons({ retried: tried })).toHaveLength(2);
    expect(buttons({ retried: { ...tried, outcome: 'stored' } })).toHaveLength(1);
    expect(buttons({ explanation: undefined })).toHaveLength(1);
  });

  test('what comes of a retry is a sentence', () => {
    const said = (retrial: Partial<Retrial>) =>
      textOf(retriedView({ id: 'a', outcome: 'stored', ...retrial }, 'light'));
    const events = [{ key: 'ivvy:k', entity: 'company' }];
    expect(said({ deliveryId: 'd', events })).toContain('Stored as the delivery d To company.fifo ivvy:k');
    expect(said({ outcome: 'confirmed' })).toContain('is confirmed');
    expect(said({ outcome: 'done-before' })).toContain('Nothing was stored again');
    expect(said({ outcome: 'refused', reason: 'stale', detail: 'an hour old' })).toContain(
      'still refused: stale: an hour old. Nothing was stored.',
    );
    expect(said({ outcome: 'failed', reason: 'intake-unavailable' })).toContain('Press the button again');
    expect(said({ outcome: 'failed', detail: 'its body can’t be read from the bucket' })).toContain(
      'stored now: its body can’t be read from the bucket.',
    );
    expect(said({ outcome: 'unknown' })).toContain('Nothing was stored');
  });
});

test('a replay says what became of it', () => {
  const replayed = { of: 'ivvy:k', events: [{ key: 'ivvy:k~r', entity: 'company' }] };
  expect(textOf(replayedView(replayed, 'light'))).toContain('Replay of ivvy:k To company.fifo ivvy:k~r');
  expect(textOf(replayedView({ of: 'ivvy:k', events: [] }, 'light'))).toContain('finds no event in it');
  expect(textOf(replayedView({ fault: 'its body was not kept' }, 'dark'))).toContain('its body was not kept');
});

describe("somebody else's text", () => {
  /** The tags of a view, with the names of their attributes: what a browser makes of it, without the text. */
  const skeleton = (view: string): string =>
    [...view.matchAll(/<(\/?[a-z][a-z0-9-]*)((?: [a-z-]+(?:="[^"]*")?)*)>/g)]
      .map(([, tag, attributes = '']) => `${tag}${attributes.replace(/="[^"]*"/g, '')}`)
      .join(' ');

  test('never becomes more than text, whatever stands in an event, a filter or a payload', () => {
    const evil = fc.oneof(
      anyText(),
      fc.constantFrom(
        '</pre><script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        '</cwdb-action><script>',
        '</style><script>alert(1)</script>',
        '<!--',
        '&lt;script&gt;',
      ),
    );
    fc.assert(
      fc.property(evil, (text) => {
        const list = (of: string) =>
          listView(
            {
              events: [{ ...listed, key: of, source: of, type: of, entityId: of, reason: of, replayOf: of }],
            },
            {
              ...context,
              filter: { source: `-${of}`, entity: `-${of}`, id: of },
              sources: [of],
              entities: [of],
            },
          );
        const event = (of: string) =>
          eventView(
            {
              ...details,
              ...{ key: of, source: of, type: of, entityId: of, providerType: of, deliveryId: of, state: of },
              path: [{ at: of, what: of }],
              headers: { [of]: of },
              payload: { text: of },
            },
            { ...opened, filter: { id: of }, replayId: of },
          );
        const rejectedList = (of: string) =>
          rejectedListView(
            { found: [{ ...refused, id: of, source: of, reason: of as never }] },
            { ...context, filter: { source: `-${of}`, id: of }, sources: [of] },
          );
        const rejectedOne = (of: string) =>
          deliveryView(
            {
              ...delivery,
              ...{ id: of, source: of, provider: of, detail: `:${of}`, method: of, sourceIp: of },
              retried: { at: of, by: of, outcome: 'refused', reason: of as never },
              headers: [{ name: of, value: of }],
              payload: { text: of },
            },
            { ...opened, rejected: REJECTED, filter: {} },
          );
        expect(skeleton(rejectedList(text))).toBe(skeleton(rejectedList('harmless')));
        expect(skeleton(rejectedOne(text))).toBe(skeleton(rejectedOne('harmless')));
        expect(skeleton(list(text))).toBe(skeleton(list('harmless')));
        expect(skeleton(event(text))).toBe(skeleton(event('harmless')));
        expect(skeleton(listView({ fault: text }, context))).toBe(skeleton(listView({ fault: '' }, context)));
        for (const view of [list(text), event(text)]) {
          expect(view.split(/<(?=[a-z/])/).length).toBe(view.split('<').length);
          expect(buttonsOf(view).length).toBe(view.split('<cwdb-action').length - 1);
        }
      }),
    );
  });

  test('is there to be read', () => {
    const script = '<script>alert("hello")</script>';
    const view = eventView({ ...details, payload: { text: script } }, opened);
    expect(view).not.toContain('<script');
    expect(textOf(view)).toContain(script);
  });
});
