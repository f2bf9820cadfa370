import { describe, expect, test } from '@jest/globals';
import { answerConsole, type EventReader } from '../../../lambdas/console/console.ts';
import { answerRejected, isViewCall, type RejectedDesk } from '../../../lambdas/console/rejected.ts';
import { answerReplay } from '../../../lambdas/console/replay.ts';
import { digest } from '../../../lambdas/core/digest.ts';
import { EventLogError } from '../../../lambdas/event-log/event-log-error.ts';

const KEY = `ivvy:${digest('1')}`;
const REPLAY_ID = '0a1b2c3d-0000-4000-8000-000000000000';
const SETTINGS = {
  sources: ['ivvy'],
  entities: ['company'],
  console: 'arn:c',
  replay: 'arn:r',
  rejected: 'arn:rejected',
};

const none: EventReader = {
  list: async () => ({ events: [] }),
  open: async () => undefined,
  listRejected: async () => ({ found: [] }),
};
const failing = (error: Error): EventReader => ({
  list: () => Promise.reject(error),
  open: () => Promise.reject(error),
  listRejected: () => Promise.reject(error),
});
const ask = (event: unknown, reader = none) => answerConsole(event, reader, SETTINGS, () => REPLAY_ID);

describe('the console', () => {
  test('documents itself in Markdown, with its parameters in the first block of YAML', async () => {
    const { body } = await ask({ describe: true });
    expect(body).toEqual({ markdown: expect.stringMatching(/```yaml\nsource: ''\nentity: ''\n/) });
  });

  test('says what is wrong with a call', async () => {
    const { body, call } = await ask({ view: '<script>' });
    expect(body).toContain(
      'Invalid call of the console: view is none of list, search, event, rejected, search-rejected.',
    );
    expect(call).toBeUndefined();
  });

  test('says of a key that nobody knows that nobody knows it', async () => {
    expect((await ask({ view: 'event', key: KEY })).body).toContain(`There is no such event`);
  });

  test.each(['list', 'event', 'rejected'])(
    'says why there is no %s, where the reason is known',
    async (view) => {
      const error = new EventLogError('There is no index.');
      const answer = await ask({ view, key: KEY }, failing(error));
      expect(answer.body).toContain('There is no index.');
      expect(answer.error).toBeUndefined();
    },
  );

  test.each(['list', 'event', 'rejected'])(
    'shows nobody what went wrong with the %s, and tells the log',
    async (view) => {
      const error = new Error('socket of 10.0.0.7 hung up');
      const answer = await ask({ view, key: KEY }, failing(error));
      expect(answer.body).toContain('could not be read');
      expect(answer.body).not.toContain('10.0.0.7');
      expect(answer.error).toBe(error);
    },
  );
});

describe('rejected deliveries', () => {
  const ID = '0a1b2c3d-0000-4000-8000-000000000001';
  const press = { view: 'retry', id: ID };
  const tried: string[] = [];
  const desk: RejectedDesk = {
    open: async () => undefined,
    retry: async (id) => {
      tried.push(id);
      return { id, outcome: 'stored' };
    },
    console: 'arn:c',
    rejected: 'arn:rejected',
  };

  test('are listed beside the events, if any are kept', async () => {
    expect((await ask({ view: 'rejected' })).body).toContain('No rejected deliveries from ');
    const { body } = await answerConsole(
      { view: 'rejected' },
      failing(new Error('not asked')),
      { ...SETTINGS, rejected: undefined },
      () => REPLAY_ID,
    );
    expect(body).toContain('No source of this stack keeps rejected deliveries.');
  });

  test('are tried by their button, once for each press', async () => {
    expect((await answerRejected(press, desk)).body).toContain('It is genuine.');
    expect(tried.splice(0)).toEqual([ID]);
  });

  test.each([
    ['parameters of a widget', { ...press, widgetContext: { params: press } }],
    ['a widget that asks for it', { ...press, describe: true }],
    ['an id of something else', { ...press, id: KEY }],
    ['no id', { view: 'retry' }],
    ['another view', { ...press, view: 'delete' }],
    ['a call that only opens', { ...press, view: 'delivery' }],
  ])('are not tried for %s', async (_, event) => {
    const { body } = await answerRejected(event, desk);
    expect(JSON.stringify(body)).not.toContain('Take back');
    expect(tried).toEqual([]);
  });

  test('that failed may be tried once more, and only the log says why', async () => {
    const error = new Error('socket of 10.0.0.7 hung up');
    const broken = { ...desk, open: () => Promise.reject(error), retry: () => Promise.reject(error) };
    for (const view of ['delivery', 'retry']) {
      const answer = await answerRejected({ view, id: ID }, broken);
      expect(answer.body).toMatch(/Press the button again|could not be read/);
      expect(answer.body).not.toContain('10.0.0.7');
      expect(answer.error).toBe(error);
    }
  });

  test('are told apart from the calls of the command', () => {
    expect([{ view: 'retry' }, { describe: true }, { widgetContext: {} }].map(isViewCall)).toEqual([
      true,
      true,
      true,
    ]);
    expect([{ op: 'retry', ids: [ID], by: 'me' }, undefined, null, 'view'].map(isViewCall)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('replay', () => {
  const sent: string[] = [];
  const send = async (key: string) => {
    sent.push(key);
    return { of: key, events: [] };
  };
  const press = { key: KEY, replayId: REPLAY_ID };

  test('sends, and says so', async () => {
    expect((await answerReplay(press, send)).body).toContain('Replayed');
    expect(sent.splice(0)).toEqual([KEY]);
  });

  test('documents itself and sends nothing', async () => {
    expect((await answerReplay({ describe: true, ...press }, send)).body).toHaveProperty('markdown');
    expect(sent).toEqual([]);
  });

  test('sends nothing that no button asked for', async () => {
    const { body } = await answerReplay({ ...press, widgetContext: { params: press } }, send);
    expect(body).toContain('Nothing was sent: an event is replayed by its button');
    expect(sent).toEqual([]);
  });

  test('that fails may be asked for once more', async () => {
    const error = new Error('no');
    const answer = await answerReplay(press, () => Promise.reject(error));
    expect(answer.body).toContain('Press the button again');
    expect(answer.error).toBe(error);
  });
});
