import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CallError, readConsoleCall, readReplayCall } from '../../../lambdas/console/call.ts';
import { digest } from '../../../lambdas/core/digest.ts';
import { replayKey } from '../../../lambdas/events/event-key.ts';
import { widgetContext as widgetContextAt } from './widget-context.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const KEY = `ivvy-london:${digest('7')}`;
const REPLAY_ID = '0a1b2c3d-0000-4000-8000-000000000000';

const widgetContext = widgetContextAt(NOW);
const around = { since: NOW - HOUR, until: NOW, theme: 'dark', offset: '+02:00' };
const read = (event: object) => readConsoleCall(event, NOW);

describe('a call of the console', () => {
  test('without parameters lists all events of the time that the dashboard shows', () => {
    expect(read({ widgetContext })).toEqual({ view: 'list', filter: {}, ...around });
  });

  test('keeps to a part of it that somebody zoomed into', () => {
    const timeRange = { ...widgetContext.timeRange, zoom: { start: NOW - 60_000, end: NOW - 30_000 } };
    const zoomed = read({ widgetContext: { ...widgetContext, timeRange } });
    expect(zoomed).toMatchObject({ since: NOW - 60_000, until: NOW - 30_000 });
  });

  test('from elsewhere than a dashboard lists the last three hours', () => {
    const elsewhere = { since: NOW - 3 * HOUR, until: NOW, theme: 'light', offset: '+00:00' };
    expect(read({})).toEqual({ view: 'list', filter: {}, ...elsewhere });
  });

  test('shows it plainly where the dashboard says a look that nobody knows', () => {
    const look = { theme: '"><script>', timezone: { offsetISO: 'east' } };
    expect(read({ widgetContext: { ...widgetContext, ...look } })).toMatchObject({
      theme: 'light',
      offset: '+00:00',
    });
  });

  test('takes the filter from the parameters of the widget or the button', () => {
    const parameters = { source: 'ivvy', entity: 'booking-note', id: ' 4711 ', duplicates: true };
    const filter = { ...parameters, id: '4711' };
    expect(read({ widgetContext, ...parameters })).toMatchObject({ view: 'list', filter });
    const cursor = `2026-11-22T11:30:00.000Z,${KEY}`;
    expect(read({ widgetContext, ...parameters, view: 'list', cursor })).toMatchObject({
      filter,
      after: { at: '2026-11-22T11:30:00.000Z', key: KEY },
    });
  });

  test('takes it from the form where somebody searches, whatever the widget was made with', () => {
    const all = { source: '', entity: 'contact', id: '', duplicates: 'on' };
    const searching = { ...widgetContext, forms: { all } };
    expect(read({ widgetContext: searching, view: 'search', source: 'ivvy' })).toMatchObject({
      view: 'list',
      filter: { entity: 'contact', duplicates: true },
    });
  });

  test('opens the event whose key somebody searches for', () => {
    const searching = { ...widgetContext, forms: { all: { id: `  ${KEY} `, source: 'ivvy' } } };
    expect(read({ widgetContext: searching, view: 'search' })).toEqual({
      view: 'event',
      key: KEY,
      filter: { source: 'ivvy' },
      ...around,
    });
  });

  test('opens an event, or a replay of one', () => {
    for (const key of [KEY, replayKey(KEY, REPLAY_ID)])
      expect(read({ view: 'event', key })).toMatchObject({ view: 'event', key });
  });

  test('asks for the documentation with describe, whatever else is there', () => {
    expect(read({ describe: true, view: 'nonsense' })).toEqual({ view: 'documentation' });
  });
});

describe('forged parameters are refused in words', () => {
  test.each([
    ['view is none of list, search, event, rejected, search-rejected', { view: 'delete' }],
    ['key is missing', { view: 'event' }],
    ['key is not the key of an event', { view: 'event', key: '<script>' }],
    ['key is not the key of an event', { view: 'event', key: { S: KEY } }],
    ['source is not the name of a source', { source: '../../etc' }],
    ['source is not the name of a source', { source: ['ivvy'] }],
    ['entity is not the name of an entity', { entity: 'Company' }],
    ['id is not text', { id: 7 }],
    ['id has more than 1000 characters', { id: 'x'.repeat(1_001) }],
    ['duplicates is neither true nor false', { duplicates: 'yes' }],
    ['cursor is not a position in a list', { cursor: 'yesterday' }],
    ['cursor is not a position in a list', { cursor: { at: 1 } }],
    ['the time range is invalid', { widgetContext: { timeRange: { start: 2, end: 1 } } }],
    ['the time range is invalid', { widgetContext: { timeRange: { start: 0, end: 9e15 } } }],
    ['the time range is invalid', { widgetContext: { timeRange: 'today' } }],
    [
      'source is not the name of a source',
      { view: 'search', widgetContext: { forms: { all: { source: '<' } } } },
    ],
    ['this is not a call of a widget', 'list'],
    ['this is not a call of a widget', null],
  ])('%s: %j', (message, event) => {
    expect(() => readConsoleCall(event, NOW)).toThrow(new CallError(message));
  });

  test('whatever they are: there is an answer or a sentence', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (event, context) => {
        for (const call of [event, { ...event, widgetContext: context }]) {
          try {
            readConsoleCall(call, NOW);
          } catch (error) {
            expect(error).toBeInstanceOf(CallError);
          }
        }
      }),
    );
  });
});

describe('a call of replay', () => {
  test('names the event and the replay', () => {
    expect(readReplayCall({ widgetContext, key: KEY, replayId: REPLAY_ID })).toEqual({
      view: 'replay',
      key: KEY,
      replayId: REPLAY_ID,
      theme: 'dark',
    });
  });

  test.each([
    ['key is not the key of an event', { replayId: REPLAY_ID }],
    ['replayId is not the id of a replay', { key: KEY }],
    ['replayId is not the id of a replay', { key: KEY, replayId: 'x~y' }],
  ])('%s', (message, event) => {
    expect(() => readReplayCall(event)).toThrow(new CallError(message));
  });

  test('comes from a button: a dashboard that was written with it sends nothing to whoever only looks', () => {
    const parameters = { key: KEY, replayId: REPLAY_ID };
    const call = { ...parameters, widgetContext: { ...widgetContext, params: parameters } };
    expect(() => readReplayCall(call)).toThrow(/by its button/);
  });
});
