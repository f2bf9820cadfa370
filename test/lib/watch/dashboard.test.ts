import { describe, expect, test } from '@jest/globals';
import { METRIC_DIMENSIONS } from '../../../lambdas/runtime/metric-schema.ts';
import { PRICES_AS_OF, PRICES_REGION } from '../../../lib/watch/prices.ts';
import type { Properties } from '../read-template.ts';
import { ALL_OFF, SHIPPED, synthesize } from '../synthesize.ts';

const template = synthesize();
const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));

/** The body, with a name in the place of whatever is known only when deployed. */
const body: { readonly widgets: readonly Properties[] } = JSON.parse(
  [dashboard?.Properties.DashboardBody['Fn::Join'][1]]
    .flat()
    .map((part: Properties) => (typeof part === 'string' ? part : (part.Ref ?? part['Fn::GetAtt'][0])))
    .join(''),
);
const titles = body.widgets.map(({ properties }) => properties.title ?? properties.markdown);
const widget = (title: string): Properties => body.widgets[titles.indexOf(title)]?.properties;

describe('the dashboard', () => {
  test('has its groups in the order in which on-call needs them, below the states of the alarms', () => {
    expect(titles.slice(0, 2)).toEqual(['Pages: act now', 'Tickets: in working hours']);
    expect(titles.filter((title) => title.startsWith('## '))).toEqual([
      '## Given up and waiting',
      '## Incoming deliveries',
      '## Latency',
      '## Recent deliveries and events',
      '## Component health',
      '## Cost',
    ]);
    for (const { x, y, width, height } of body.widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      expect(y + height).toBeGreaterThan(0);
    }
  });

  test('shows every alarm', () => {
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
    for (const [title, severity] of [
      ['Pages: act now', 'page'],
      ['Tickets: in working hours', 'ticket'],
    ] as const) {
      const named = alarms.filter(([, { Properties }]) => Properties.AlarmName.endsWith(`-${severity}`));
      expect(widget(title).alarms.sort()).toEqual(named.map(([id]) => id).sort());
    }
  });

  test('has no widget of alarms where every alarm is switched off: CloudWatch refuses an empty list', () => {
    const off = synthesize({ alarms: { thresholds: ALL_OFF } });
    off.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    const text = JSON.stringify(off.findResources('AWS::CloudWatch::Dashboard'));
    expect(text).toContain('## Given up and waiting');
    expect(text).not.toContain('Pages: act now');
  });

  test('shows every queue: what was given up, and what waits', () => {
    const shown = JSON.stringify([
      widget('Dead-letter queues'),
      widget('Oldest message'),
      widget('Given up'),
    ]);
    for (const [logicalId, { Properties }] of Object.entries(template.findResources('AWS::SQS::Queue'))) {
      if (Properties.QueueName !== 'gatepost-rejected.fifo') expect(shown).toContain(`"${logicalId}"`);
    }
  });

  test('shows every metric that the functions write, but for what silence alone needs', () => {
    const shown = JSON.stringify(body);
    const left = Object.keys(METRIC_DIMENSIONS).filter(
      (name) => !shown.includes(`"Gatepost/gatepost","${name}"`),
    );
    expect(left).toEqual(['Accepted']);
  });

  test.each([
    ['Deliveries, by outcome', /count\(\*\) as deliveries by source, outcome/],
    [
      'Rejected, failed and not kept, by reason',
      /"not-kept".*count\(notKept\).* by source, outcome, reason/s,
    ],
    ['Events, by outcome, with conflicts of ids', /"duplicate".*count\(conflict\) as conflicts/s],
    ['Receipt to verdict and to answer, in ms', /pct\(verifyMs, 99\).*pct\(answerMs, 99\)/s],
    ["Receipt to the event's queue, in ms", /pct\(lagMs, 99\)/],
  ])('counts from the log what has no metric: %s', (title, query) => {
    expect(widget(title).query).toMatch(query);
  });

  test('names the region of its prices, whatever its own', () => {
    expect(titles).toContain(
      `Estimate by list prices of ${PRICES_REGION}, ${PRICES_AS_OF}, without consumers, logs and alarms`,
    );
  });

  test('counts the writes to the indexes of the event log beside those to its table', () => {
    const shown = JSON.stringify(
      widget(
        `Estimate by list prices of ${PRICES_REGION}, ${PRICES_AS_OF}, without consumers, logs and alarms`,
      ),
    );
    const [table] = Object.values(template.findResources('AWS::DynamoDB::Table'));
    for (const { IndexName } of table?.Properties.GlobalSecondaryIndexes ?? [{}]) {
      expect(shown).toContain(`"GlobalSecondaryIndexName","${IndexName}"`);
    }
  });

  test('computes with the metrics that it names, not with whatever else stands in the widget', () => {
    for (const { properties } of body.widgets) {
      for (const metric of properties.metrics ?? []) {
        const { expression = '' } = metric.at(-1);
        expect(expression).not.toContain('METRICS()');
        expect(expression).not.toMatch(/\de[+-]?\d/);
      }
    }
  });

  test('has the queries for the last deliveries, rejections and events at hand', () => {
    expect(widget('Last rejections and failures, with reasons').query).toMatch(/SOURCE .*reason.*rejected/s);
    for (const source of Object.keys(SHIPPED))
      expect(widget('Last deliveries').query).toMatch(new RegExp(source, 'i'));
    expect(widget('Last events').query).toMatch(/SOURCE .*FanOut/s);
  });

  test('is named in the outputs', () => {
    const [logicalId] = Object.keys(template.findResources('AWS::CloudWatch::Dashboard'));
    template.hasOutput('Dashboard', { Value: { Ref: logicalId } });
  });
});
