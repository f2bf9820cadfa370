import { describe, expect, test } from '@jest/globals';
import type { LocalStack } from '../../../local/local-stack.ts';
import { banner } from '../../../local/terminal/banner.ts';
import { describe as describeLine, type Look } from '../../../local/terminal/describe.ts';
import { type Happening, readLine } from '../../../local/terminal/happening.ts';

const NOW = new Date('2026-11-22T03:04:05.678Z');
const look: Look = {
  style: (format, text) => (format === 'dim' ? text : `<${format}>${text}</>`),
  clock: (date) => date.toISOString().slice(11, 19),
  sourceWidth: 8,
};
const shown = (line: unknown) => {
  const happening = readLine('gate-fn', typeof line === 'string' ? line : JSON.stringify(line), NOW);
  return happening && describeLine(happening, look);
};
const at = { timestamp: '2026-11-22T12:03:41.000Z', service: 'gatepost', level: 'INFO' };

test('what happens is shown in columns: time, source, status, what, of what, where to', () => {
  const delivery = { ...at, source: 'ivvy', answerMs: 8, deliveryId: 'd' };
  const event = { ...at, source: 'ivvy', type: 'ivvy.company.created', entity: 'company', subject: '60825' };
  expect([
    shown({ ...delivery, outcome: 'accepted', entity: 'company', action: 'created' }),
    shown({
      ...delivery,
      outcome: 'rejected',
      status: 401,
      reason: 'signature-mismatch',
      detail: 'secret words',
    }),
    shown({ ...at, source: 'ivvy', answerMs: 8, outcome: 'failed', status: 503, reason: 'secret-unset' }),
    shown({ ...event, outcome: 'routed' }),
    shown({ ...event, outcome: 'duplicate' }),
    shown({
      ...event,
      outcome: 'routed',
      entity: 'unrecognized',
      subject: undefined,
      reason: 'unknown-event',
    }),
  ]).toEqual([
    '12:03:41  ivvy      <green>200</>  accepted                        8 ms            company created',
    '12:03:41  ivvy      <yellow>401</>  signature-mismatch              8 ms            kept as d',
    '12:03:41  ivvy      <red>503</>  secret-unset                    8 ms',
    '12:03:41  ivvy      <cyan>  →</>  ivvy.company.created            60825           company.fifo',
    '12:03:41  ivvy        =  ivvy.company.created            60825           duplicate: not sent again',
    '12:03:41  ivvy      <cyan>  →</>  ivvy.company.created                            unrecognized.fifo (unknown-event)',
  ]);
});

test('the gateway answers of its own are shown in the same columns', () => {
  const answer: Happening = {
    kind: 'answer',
    at: NOW,
    method: 'GET',
    path: '/x',
    status: 404,
    message: 'Not Found',
  };
  expect(describeLine(answer, look)).toBe(
    '03:04:05            <yellow>404</>  Not Found                                       GET /x',
  );
});

describe('other lines', () => {
  test.each([
    ['an error that is no JSON', 'Error: broken', '03:04:05  <red>gate-fn: Error: broken</>'],
    [
      'a failure of fan-out',
      {
        ...at,
        level: 'ERROR',
        message: 'failed',
        outcome: 'failed',
        messageId: 'm',
        cause: { name: 'TimeoutError' },
      },
      '12:03:41  <red>gate-fn: failed: {"name":"TimeoutError"}</>',
    ],
    ['a warning', { ...at, level: 'WARN', message: 'take care' }, '12:03:41  <yellow>gate-fn: take care</>'],
    ['a number, which is JSON too', '7', '03:04:05  <red>gate-fn: 7</>'],
  ])('%s is shown', (_, line, expected) => {
    expect(shown(line)).toBe(expected);
  });

  test('a line that only counts is not, and one that counts beside what it says is', () => {
    expect(shown({ _aws: { Timestamp: 1 }, Received: 1 })).toBeUndefined();
    expect(shown({ ...at, level: 'WARN', message: 'take care', _aws: { Timestamp: 1 }, Rejected: 1 })).toBe(
      '12:03:41  <yellow>gate-fn: take care</>',
    );
  });

  describe('of a rejected delivery', () => {
    const tried = { ...at, source: 'ivvy', rejectedId: 'r', claimedBy: 'me' };
    test.each([
      ['that it is kept', { ...at, message: 'kept', outcome: 'kept', source: 'ivvy', deliveryId: 'd' }],
      ['that it was checked', { ...tried, message: 'checked', op: 'check', outcome: 'would-store' }],
      ['that it was explained', { ...tried, message: 'explained', op: 'explain', outcome: 'explained' }],
    ])('%s is not shown', (_, line) => {
      expect(shown(line)).toBeUndefined();
    });

    test('what came of taking it back is, with its source and id, and why one is not kept', () => {
      expect(shown({ ...tried, message: 'retried', op: 'retry', outcome: 'stored' })).toBe(
        '12:03:41  gate-fn: retried: stored, ivvy, r',
      );
      expect(shown({ ...tried, message: 'retried', op: 'retry', outcome: 'refused', reason: 'stale' })).toBe(
        '12:03:41  gate-fn: retried: refused, stale, ivvy, r',
      );
      const full = { ...at, level: 'WARN', message: 'not-kept', outcome: 'not-kept', notKept: 'over-quota' };
      expect(shown({ ...full, source: 'ivvy', deliveryId: 'd' })).toBe(
        '12:03:41  <yellow>gate-fn: not-kept: over-quota, ivvy, d</>',
      );
    });
  });
});

test("somebody else's text can't move the cursor, take a line of its own or fill the screen", () => {
  const line = shown({
    ...at,
    outcome: 'routed',
    source: 'ivvy',
    entity: 'company',
    type: 'ivvy.company.created',
    subject: `\u001b[2J\u009b1A\r\n\u202e\u2028\ud800${'x'.repeat(500)}`,
  });
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  expect(line?.length).toBeLessThan(200);
});

test('the banner says where everything is and what to try', () => {
  const localStack = {
    gateway: 'http://127.0.0.1:8787',
    sqs: 'http://127.0.0.1:4566',
    dynamodb: 'http://127.0.0.1:8000',
    s3: 'http://127.0.0.1:4567',
    routes: ['POST /hooks/altoviz', 'POST /hooks/avaza/{event}'],
    queues: { company: 'url', contact: 'url' },
    newSecrets: ['altoviz'],
  } as unknown as LocalStack;
  const text = banner(localStack, 'http://127.0.0.1:8788', '.gatepost', {
    ...look,
    style: (_, text) => text,
  });
  for (const part of [
    'http://127.0.0.1:8787',
    'http://127.0.0.1:8788',
    'POST /hooks/avaza/{event}',
    'http://127.0.0.1:4566  2 queues',
    'http://127.0.0.1:8000',
    'http://127.0.0.1:4567',
    '.gatepost/secrets.json (new: altoviz)',
    'npm run send -- altoviz',
  ]) {
    expect(text).toContain(part);
  }
});
