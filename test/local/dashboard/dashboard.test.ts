import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Template } from '../../../local/assembly/template.ts';
import { alarmStates, ringsAfter } from '../../../local/dashboard/alarm-states.ts';
import { type AlarmDefinition, readDashboard } from '../../../local/dashboard/definition.ts';
import { compute, ExpressionError } from '../../../local/dashboard/expression.ts';
import { findRows } from '../../../local/dashboard/log-rows.ts';
import { renderPage } from '../../../local/dashboard/page.ts';
import { type RecordedLine, readRecording } from '../../../local/dashboard/recording.ts';
import { computeSeries } from '../../../local/dashboard/series.ts';
import { synthesize } from '../../lib/synthesize.ts';

const definition = readDashboard(synthesize().toJSON() as Template);

const START = Date.UTC(2026, 0, 1);
const line = (seconds: number, functionName: string, fields: object): RecordedLine => ({
  at: START + seconds * 1000,
  functionName,
  text: JSON.stringify(fields),
});
/** A line as the functions write their metrics. */
const metrics = (
  seconds: number,
  dimensions: Readonly<Record<string, string>>,
  values: Readonly<Record<string, number | number[]>>,
  Namespace = 'Gatepost/gatepost',
  said: object = {},
): RecordedLine =>
  line(seconds, 'gatepost-ingest-altoviz', {
    _aws: {
      Timestamp: START + seconds * 1000,
      CloudWatchMetrics: [
        {
          Namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    ...dimensions,
    ...values,
    ...said,
  });
/** A rejected delivery: the line that says so counts it. Lambda counts the invocation. */
const rejected = (seconds: number) => [
  metrics(seconds, { source: 'altoviz' }, { Rejected: 1 }, 'Gatepost/gatepost', {
    message: 'rejected',
    outcome: 'rejected',
    status: 401,
    reason: 'signature-mismatch',
    answerMs: 12,
    detail: '<script>alert(1)</script>',
    cause: { name: 'TypeError' },
  }),
];

describe('metric math', () => {
  test('computes as JavaScript does', () => {
    const number = fc.integer({ min: 1, max: 1000 });
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        number.map(String),
        fc.constantFrom('a', 'b'),
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '>', '>=', '<'), tie('expression'))
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        fc
          .tuple(number, fc.constantFrom(' + ', ' - ', ' * '), number, fc.constantFrom(' + ', ' * '), number)
          .map((parts) => `(${parts.join('')})`),
      ),
    }));
    fc.assert(
      fc.property(expression, number, number, (text, a, b) => {
        const expected = Number(new Function('a', 'b', `return ${text}`)(a, b));
        expect(compute(text, (id) => ({ a, b })[id])).toBe(Number.isFinite(expected) ? expected : undefined);
      }),
    );
  });

  test.each<[string, number | undefined]>([
    ['SUM([a, b, none])', 5],
    ['MAX([a, none, b])', 3],
    ['MAX([none, none])', undefined],
    ['a + none', undefined],
    ['IF(b >= 3, 100 * a / b, 0)', 200 / 3],
    ['IF(b > 3, 100 * a / b, 0)', 0],
    ['FILL(none, 0) + FILL(a, 0)', 2],
    ['a / 0', undefined],
    ['a * 2e-7', 4e-7],
  ])('%s is %p', (expression, expected) => {
    const values: Readonly<Record<string, number>> = { a: 2, b: 3 };
    expect(compute(expression, (id) => values[id])).toEqual(expected);
  });

  test.each(['RATE(a)', 'a b', 'SUM(a)', 'IF(a, b)', "a + 'x'", '(a'])('%s is refused', (expression) => {
    expect(() => compute(expression, () => 1)).toThrow(ExpressionError);
  });
});

describe('the metrics of a run', () => {
  const recording = readRecording([
    line(0, 'gatepost-ingest-altoviz', { outcome: 'accepted' }),
    metrics(0, { source: 'altoviz' }, { Received: 1, AnswerMs: [10, 20, 30] }),
    metrics(9, { source: 'altoviz' }, { Received: 1 }),
    metrics(9, { reason: 'stale', source: 'altoviz' }, { Rejected: 1 }),
    { at: START + 10_000, functionName: 'gatepost-ingest-altoviz', text: 'not JSON' },
  ]);

  test('are cut into periods, each with the statistic that is asked for', () => {
    const of = (name: string, stat: string) =>
      computeSeries(
        [['Gatepost/gatepost', name, 'source', 'altoviz', { stat, label: 'it' }]],
        recording,
        2,
      )[0]?.values;
    expect(of('Received', 'Sum')).toEqual([1, 1]);
    expect(of('AnswerMs', 'p50')).toEqual([20, undefined]);
    expect(of('AnswerMs', 'p99')).toEqual([30, undefined]);
    expect(of('AnswerMs', 'Average')).toEqual([20, undefined]);
    expect(of('Nothing', 'Sum')).toEqual([undefined, undefined]);
  });

  test('are those with exactly these dimensions', () => {
    expect(
      computeSeries(
        [['Gatepost/gatepost', 'Rejected', 'source', 'altoviz', { stat: 'Sum' }]],
        recording,
        1,
      )[0],
    ).toEqual({
      label: 'Rejected source altoviz',
      values: [undefined],
    });
  });

  test('are of a line that is in the log as well', () => {
    const { logs, metrics: found } = readRecording(rejected(0));
    expect(logs.map(({ fields }) => fields.outcome)).toEqual(['rejected']);
    expect(found.map(({ name }) => name)).toEqual(['Rejected', 'Invocations', 'Duration']);
  });
});

test('what AWS counts is told by the lines', () => {
  const told = (functionName: string, fields: object) =>
    readRecording([line(0, functionName, fields)]).metrics.map(
      ({ namespace, name, dimensions, samples }) =>
        `${namespace} ${name} ${Object.values(dimensions)} ${samples.map(({ value }) => value)}`,
    );
  expect(told('gatepost-ingest-altoviz', { outcome: 'accepted', answerMs: 12 })).toEqual([
    'AWS/Lambda Invocations gatepost-ingest-altoviz 1',
    'AWS/Lambda Duration gatepost-ingest-altoviz 12',
    'AWS/SQS NumberOfMessagesSent gatepost-intake.fifo 1',
  ]);
  expect(told('gatepost-fan-out', { outcome: 'routed', entity: 'contact' })).toEqual([
    'AWS/SQS NumberOfMessagesDeleted gatepost-intake.fifo 1',
    'AWS/SQS NumberOfMessagesSent gatepost-contact.fifo 1',
  ]);
  expect(told('gatepost-fan-out', { outcome: 'failed' })).toEqual([]);
  expect(told('gatepost-console', { outcome: 'accepted', answerMs: 12 })).toEqual([]);
});

describe('a query', () => {
  const { logs } = readRecording(
    [
      { outcome: 'accepted', source: 'altoviz', answerMs: 10 },
      { outcome: 'accepted', source: 'altoviz', answerMs: 30 },
      { outcome: 'rejected', source: 'altoviz', answerMs: 20, notKept: 'too-many' },
      { outcome: 'accepted', source: 'ivvy', answerMs: 7 },
      { message: 'without an outcome', source: 'ivvy' },
    ].map((fields, second) => line(second, 'gatepost-ingest-altoviz', fields)),
  );
  const run = (query: string) =>
    findRows(`SOURCE '/aws/lambda/gatepost-ingest-altoviz' | ${query} | limit 50`, logs);

  test('counts by fields', () => {
    expect(
      run(
        'filter ispresent(outcome) | stats count(*) as deliveries, count(notKept) as notKept by source, outcome | sort deliveries desc',
      ),
    ).toEqual({
      columns: ['source', 'outcome', 'deliveries', 'notKept'],
      rows: [
        ['altoviz', 'accepted', '2', '0'],
        ['ivvy', 'accepted', '1', '0'],
        ['altoviz', 'rejected', '1', '1'],
      ],
    });
  });

  test('computes percentiles and the largest', () => {
    expect(
      run(
        'filter ispresent(answerMs) | stats pct(answerMs, 50) as p50, pct(answerMs, 99) as p99, max(answerMs) as longest by source | sort p99 desc',
      ).rows,
    ).toEqual([
      ['altoviz', '20', '30', '30'],
      ['ivvy', '7', '7', '7'],
    ]);
  });

  test('with another statistic is refused', () => {
    expect(() => run('filter ispresent(outcome) | stats avg(answerMs) as mean by source')).toThrow(
      'the statistic avg is not supported',
    );
  });
});

describe('when an alarm rings', () => {
  const alarm = (over: Partial<AlarmDefinition> = {}): AlarmDefinition => ({
    name: 'any',
    description: '',
    metrics: [['N', 'M', { stat: 'Sum' }]],
    threshold: 1,
    below: false,
    missing: 'notBreaching',
    reached: 1,
    of: 1,
    period: 60,
    notifies: [],
    ...over,
  });
  /** Values of successive minutes; null for none. */
  const after = (values: readonly (number | null)[], over: Partial<AlarmDefinition> = {}) => {
    const samples = values.flatMap((value, minute) =>
      value === null ? [] : [{ at: START + minute * 60_000, value }],
    );
    const to = START + values.length * 60_000;
    const metrics = [{ namespace: 'N', name: 'M', dimensions: {}, samples }];
    const ms = ringsAfter(alarm(over), { from: START, to, metrics, logs: [] }, to);
    return ms === undefined ? undefined : ms / 60_000;
  };

  test.each<[string, readonly (number | null)[], Partial<AlarmDefinition>, number | undefined]>([
    ['with the first period that reaches the threshold', [0, 1], {}, 2],
    ['not below the threshold', [0, 0.5], {}, undefined],
    ['with as many periods as it needs, one after the other', [1, 0, 1, 1], { reached: 2, of: 2 }, 4],
    ['with as many of its last ones', [1, 0, 1], { reached: 2, of: 3 }, 3],
    ['below a threshold, where that is looked for', [2, 0], { below: true }, 2],
    ['without data, where that counts', [1, null], { below: true, missing: 'breaching' }, 2],
    ['not without data, where it does not', [1, null, 1], { reached: 2, of: 2 }, undefined],
    ['over a gap, where it keeps its state', [1, null, 1], { reached: 2, of: 2, missing: 'ignore' }, 3],
  ])('%s', (_, values, over, expected) => {
    expect(after(values, over)).toBe(expected);
  });
});

describe('the page', () => {
  const lines = Array.from({ length: 12 }, (_, second) => rejected(second)).flat();
  const recording = readRecording(lines);
  const page = renderPage(definition, recording);

  test('has all that the template has: each widget, and each alarm', () => {
    for (const { properties } of definition.widgets) {
      const title = properties.title ?? properties.markdown?.replace('## ', '');
      expect(page).toContain(`>${title?.replace("'", '&#39;')}</h`);
    }
    expect(definition.alarms.length).toBeGreaterThan(20);
    for (const { name } of definition.alarms)
      expect(page).toContain(`>${name.replace('gatepost-', '')}</li>`);
  });

  test('shows what rings, and what has no data here', () => {
    const states = alarmStates(definition, recording);
    expect(states.get('gatepost-rejections-altoviz-page')).toBe('ringing');
    expect(states.get('gatepost-rejections-ivvy-page')).toBe('none');
    expect(states.get('gatepost-queue-dlq-entities-ticket')).toBe('none');
    expect(page).toContain('no data on this machine');
  });

  test('is quiet where little was rejected', () => {
    const few = readRecording(Array.from({ length: 9 }, (_, second) => rejected(second)).flat());
    expect(alarmStates(definition, few).get('gatepost-rejections-altoviz-page')).toBe('quiet');
  });

  test("shows the lines that its queries find, and nobody's markup", () => {
    const query = definition.widgets.find(({ properties }) => properties.title?.startsWith('Last rejections'))
      ?.properties.query;
    const { columns, rows } = findRows(query ?? '', recording.logs);
    expect(columns).toEqual(['@timestamp', 'source', 'status', 'reason', 'detail', 'cause.name']);
    expect(rows).toHaveLength(12);
    expect(rows[0]).toEqual([
      '00:00:11.000',
      'altoviz',
      '401',
      'signature-mismatch',
      '<script>alert(1)</script>',
      'TypeError',
    ]);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(1)');
  });

  test('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/(src|href)=|url\(|@import/);
  });
});
