import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { REASONS } from '../../../lambdas/core/rejection.ts';
import { METRIC_UNITS } from '../../../lambdas/runtime/metric-schema.ts';
import {
  ALARM_KINDS,
  type AlarmKind,
  type AlarmKindDefinition,
  SEVERITIES,
  type Severity,
} from '../../../lib/watch/alarm-kinds.ts';
import { MAX_METRICS_PER_ALARM } from '../../../lib/watch/metrics.ts';
import { silenceWindow } from '../../../lib/watch/silence.ts';
import { checkThresholds, levelsOf } from '../../../lib/watch/thresholds.ts';
import type { Properties } from '../read-template.ts';
import { SHIPPED, synthesize } from '../synthesize.ts';

const template = synthesize({
  sources: {
    ...SHIPPED,
    altoviz: { provider: 'altoviz', silenceAfter: Duration.hours(6) },
  },
});
const alarms = new Map<string, Properties>(
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [
    Properties.AlarmName,
    Properties,
  ]),
);
const alarm = (name: string): Properties => {
  const found = alarms.get(`gatepost-${name}`);
  if (found === undefined) throw new Error(`There is no alarm ${name}, but ${[...alarms.keys()].join(', ')}`);
  return found;
};
/** What an alarm looks at, whether by itself or by an expression. */
const metricsOf = ({ MetricName, Namespace, Dimensions, Metrics = [] }: Properties): readonly Properties[] =>
  MetricName === undefined
    ? Metrics.flatMap(({ MetricStat }: Properties) => MetricStat?.Metric ?? [])
    : [{ MetricName, Namespace, Dimensions }];
const expressionOf = ({ Metrics }: Properties): string =>
  Metrics.find(({ ReturnData }: Properties) => ReturnData !== false).Expression;
const kindOf = ({ AlarmDescription }: Properties): string | undefined =>
  /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1];

describe('every alarm', () => {
  test('is of a kind, and each kind has alarms at each severity of its defaults', () => {
    for (const [kind, { defaults }] of Object.entries(ALARM_KINDS)) {
      for (const severity of Object.keys(defaults)) {
        const named = [...alarms].filter(
          ([name, properties]) => kindOf(properties) === kind && name.endsWith(`-${severity}`),
        );
        expect({ kind, severity, alarms: named.length }).not.toEqual({ kind, severity, alarms: 0 });
      }
    }
  });

  test('says in one line what it means and where the runbook goes on', () => {
    for (const [name, properties] of alarms) {
      expect(Object.keys(ALARM_KINDS)).toContain(kindOf(properties));
      expect(name).toContain(`gatepost-${kindOf(properties)}`);
      expect(properties.AlarmDescription).toContain(ALARM_KINDS[kindOf(properties) as AlarmKind].meaning);
      expect(properties.AlarmDescription).not.toContain('\n');
      expect(properties.AlarmDescription.length).toBeLessThan(1024);
    }
  });

  test('tells nobody by itself', () => {
    for (const properties of alarms.values()) expect(properties).not.toHaveProperty('AlarmActions');
  });

  test('looks at no more metrics than an alarm may', () => {
    for (const properties of alarms.values()) {
      expect(metricsOf(properties).length).toBeGreaterThan(0);
      expect(metricsOf(properties).length).toBeLessThanOrEqual(MAX_METRICS_PER_ALARM);
    }
  });

  test('that looks at metrics of the functions looks at some that they write', () => {
    const ours = [...alarms.values()].flatMap(metricsOf).filter(({ Namespace }) => Namespace === 'Gatepost');
    expect(new Set(ours.map(({ MetricName }) => MetricName))).toEqual(
      new Set(['Rejected', 'Received', 'Failed', 'FanOutFailed', 'FanOutLagMs', 'Accepted', 'Unsubscribed']),
    );
    for (const { MetricName, Dimensions } of ours) {
      expect(Object.keys(METRIC_UNITS)).toContain(MetricName);
      for (const { Name, Value } of Dimensions) {
        if (Name === 'reason') expect(Object.keys(REASONS)).toContain(Value);
        else expect(Name).toBe('source');
      }
    }
  });
});

describe('by stage', () => {
  test('gate: the share of 5xx, and what the access log says was throttled', () => {
    expect(expressionOf(alarm('gate-errors-page'))).toBe('100 * part / whole');
    expect(metricsOf(alarm('gate-errors-page')).map(({ MetricName }) => MetricName)).toEqual([
      '5xx',
      'Count',
    ]);
    const [throttled] = metricsOf(alarm('gate-throttled-page'));
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.status = "429" }',
      LogGroupName: { Ref: Match.stringLikeRegexp('AccessLog') },
      MetricTransformations: [
        { MetricNamespace: throttled.Namespace, MetricName: throttled.MetricName, MetricValue: '1' },
      ],
    });
  });

  test.each(Object.keys(SHIPPED))('ingest of %s: errors, throttles, time, rejections', (source) => {
    expect(metricsOf(alarm(`ingest-errors-${source}-page`))[0].MetricName).toBe('Errors');
    expect(metricsOf(alarm(`ingest-throttles-${source}-page`))[0].MetricName).toBe('Throttles');
    expect(expressionOf(alarm(`ingest-slow-${source}-ticket`))).toBe('100 * duration / 10000');
    expect(expressionOf(alarm(`rejections-${source}-page`))).toBe(
      'IF(rejected >= 10, 100 * rejected / received, 0)',
    );
  });

  test('ingest: a missing secret, of a source that has one', () => {
    expect(metricsOf(alarm('secret-missing-altoviz-page')).map(({ Dimensions }) => Dimensions)).toEqual(
      ['secret-unset', 'secret-unavailable'].map((Value) =>
        expect.arrayContaining([
          { Name: 'source', Value: 'altoviz' },
          { Name: 'reason', Value },
        ]),
      ),
    );
    expect(alarms.has('gatepost-secret-missing-ivvy-page')).toBe(false);
  });

  test('dead-letter queues: what is visible, since SQS does not count what it moves there as sent', () => {
    const names = (kind: string) =>
      [...alarms.values()]
        .filter((properties) => kindOf(properties) === kind)
        .flatMap(metricsOf)
        .map(({ MetricName }) => MetricName);
    for (const kind of ['intake-dlq', 'queue-dlq', 'unrecognized']) {
      expect(new Set(names(kind))).toEqual(new Set(['ApproximateNumberOfMessagesVisible']));
    }
    expect(new Set(names('queue-age'))).toEqual(new Set(['ApproximateAgeOfOldestMessage']));
  });

  test('each queue there is, is watched: the dead-letter queues for what is in them, the others for their age', () => {
    const logicalIds = (suffix: RegExp) =>
      Object.entries(template.findResources('AWS::SQS::Queue'))
        .filter(([, { Properties }]) => suffix.test(Properties.QueueName))
        .map(([id]) => id)
        .sort();
    const watchedBy = (...kinds: string[]) => [
      ...new Set(
        [...alarms.values()]
          .filter((properties) => kinds.includes(kindOf(properties) ?? ''))
          .flatMap(metricsOf)
          .map(({ Dimensions }) => Dimensions[0].Value['Fn::GetAtt'][0]),
      ),
    ];
    expect(watchedBy('queue-dlq', 'intake-dlq').sort()).toEqual(logicalIds(/-dlq\.fifo$/));
    expect(watchedBy('queue-age', 'intake-age', 'unrecognized').sort()).toEqual(
      // What was rejected delays nothing.
      logicalIds(/(?<!-dlq|-rejected)\.fifo$/),
    );
  });

  test('fan-out: what crashes and what it gives back, and what it could not even read', () => {
    const metrics = metricsOf(alarm('fan-out-errors-ticket'));
    expect(metrics.map(({ MetricName }) => MetricName)).toEqual([
      'Errors',
      ...Object.keys(SHIPPED).map(() => 'FanOutFailed'),
      'FanOutFailed',
    ]);
    expect(metrics.at(-1).Dimensions).toEqual([{ Name: 'source', Value: '(unreadable)' }]);
  });

  test('event log: whichever operation it is that fails', () => {
    for (const [kind, metricName] of [
      ['event-log-throttled', 'ThrottledRequests'],
      ['event-log-errors', 'SystemErrors'],
    ]) {
      const found = alarm(`${kind}-ticket`);
      expect(expressionOf(found)).toBe('SUM([m0, m1])');
      expect(
        metricsOf(found).map(({ MetricName, Dimensions }) => [
          MetricName,
          Dimensions.find(({ Name }: Properties) => Name === 'Operation').Value,
        ]),
      ).toEqual(['PutItem', 'UpdateItem'].map((operation) => [metricName, operation]));
    }
  });

  test('provider: silence of the source that may not be silent, where nothing at all is what is looked for', () => {
    expect(alarm('silence-altoviz-page').Metrics).toEqual([
      expect.objectContaining({
        MetricStat: expect.objectContaining({
          Metric: {
            Namespace: 'Gatepost',
            MetricName: 'Accepted',
            Dimensions: [{ Name: 'source', Value: 'altoviz' }],
          },
          Period: 3600,
          Stat: 'Sum',
        }),
      }),
    ]);
    expect(alarm('silence-altoviz-page')).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      EvaluationPeriods: 6,
      DatapointsToAlarm: 6,
    });
    expect(alarms.has('gatepost-silence-ivvy-page')).toBe(false);
  });
});

describe('who is told', () => {
  const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm')).map(
    ({ Properties }) => Properties,
  );
  const children = (rule: Properties): readonly string[] =>
    JSON.stringify(rule).match(/"Fn::GetAtt":\["(\w+)","Arn"\]/g) ?? [];

  test('one alarm a severity rings, when any of its alarms does, and says when it is over', () => {
    expect(composites.map(({ AlarmName }) => AlarmName).sort()).toEqual(['gatepost-page', 'gatepost-ticket']);
    for (const { AlarmName, AlarmRule, AlarmActions, OKActions } of composites) {
      const mine = [...alarms.keys()].filter((name) => name.endsWith(AlarmName.replace('gatepost', '')));
      expect(children(AlarmRule)).toHaveLength(mine.length);
      expect(AlarmActions).toEqual([{ Ref: expect.stringContaining('AlarmTopic') }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('above very many alarms stand more, and no rule is longer than CloudWatch takes', () => {
    const many = synthesize({
      sources: Object.fromEntries(
        Array.from({ length: 29 }, (_, index) => [`altoviz-${index}`, { provider: 'altoviz' as const }]),
      ),
    });
    const rules = Object.values(many.findResources('AWS::CloudWatch::CompositeAlarm'));
    expect(rules.length).toBeGreaterThan(2);
    for (const { Properties } of rules) {
      const arns = children(Properties.AlarmRule).length;
      expect(arns).toBeLessThanOrEqual(100);
      // Name and prefix at their longest, and what stands around an ARN.
      expect(arns * 150).toBeLessThan(10_240);
    }
    expect(rules.filter(({ Properties }) => Properties.AlarmActions !== undefined)).toHaveLength(2);
  });

  test('the topic takes messages over TLS only, and from these alarms only', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
        }),
      ]),
    );
    const allowed = JSON.stringify(policy);
    for (const severity of SEVERITIES) expect(allowed).toContain(`:alarm:gatepost-${severity}"`);
  });

  test('an address is subscribed, and a wrong one refused', () => {
    synthesize({ alarmEmail: 'oncall@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
    expect(() => synthesize({ alarmEmail: 'oncall' })).toThrow(
      'alarmEmail is "oncall"; it must be an e-mail address, such as "oncall@example.com"',
    );
  });
});

describe('thresholds', () => {
  test('are the defaults unless set; false takes an alarm away', () => {
    const changed = synthesize({ alarms: { thresholds: { 'intake-age': { page: 900, ticket: false } } } });
    changed.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'gatepost-intake-age-page',
      Threshold: 900,
    });
    const names = Object.values(changed.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(names).not.toContain('gatepost-intake-age-ticket');
    expect(alarm('intake-age-ticket').Threshold).toBe(300);
  });

  test('of a kind, one severity can be set and the other is kept', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(ALARM_KINDS) as AlarmKind[])),
        fc.constantFrom<Severity>(...SEVERITIES),
        fc.double({ min: 0.001, max: 1e9, noNaN: true }),
        (kind, severity, threshold) => {
          const defaults: Readonly<Partial<Record<Severity, number>>> = ALARM_KINDS[kind].defaults;
          const levels = levelsOf(kind, { [kind]: { [severity]: threshold } });
          expect(Object.fromEntries(levels.map((level) => [level.severity, level.threshold]))).toEqual({
            ...defaults,
            [severity]: threshold,
          });
        },
      ),
    );
  });

  test.each([
    [
      { 'intake-agee': { page: 1 } },
      'alarms.thresholds has "intake-agee"; there is no such alarm, there are gate-errors,',
    ],
    [
      { rejections: { pager: 1 } },
      'alarms.thresholds.rejections.pager: there is no such severity, there are page and ticket',
    ],
    [
      { rejections: { page: 0 } },
      'alarms.thresholds.rejections.page is 0; it must be a number above 0 (percent of',
    ],
    [{ silence: { page: Number.NaN } }, 'alarms.thresholds.silence.page is NaN; it must be a number above 0'],
  ])('%j is refused', (thresholds, sentence) => {
    expect(() => checkThresholds(thresholds as never)).toThrow(sentence);
  });
});

describe('silenceAfter', () => {
  test('is looked at for exactly so long, within what CloudWatch allows', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 2, max: 288 }).map((n) => n * 5),
          fc.integer({ min: 1, max: 168 }).map((n) => n * 60),
        ),
        (minutes) => {
          const { period, evaluationPeriods } = silenceWindow('any', Duration.minutes(minutes));
          expect(period.toMinutes() * evaluationPeriods).toBe(minutes);
          const most = period.toMinutes() < 60 ? 24 * 60 : 7 * 24 * 60;
          expect(minutes).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  test.each([
    [Duration.minutes(5), 'is 5 minutes; it must be a multiple of 5 minutes, from 10 minutes to 7 days'],
    [Duration.minutes(12), 'is 12 minutes'],
    [Duration.days(8), 'to 7 days'],
    [Duration.minutes(24 * 60 + 5), 'if it is longer than a day it must be whole hours'],
  ])('%s is refused', (silenceAfter, sentence) => {
    expect(() => silenceWindow('altoviz', silenceAfter)).toThrow(sentence);
  });
});

describe('docs/runbook.md', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section]),
  );
  const about = Object.keys(ALARM_KINDS);

  test('has a section for every alarm in the template, and none for an alarm that there is not', () => {
    expect([...sections.keys()].filter((title) => /^[a-z-]+$/.test(title)).sort()).toEqual([...about].sort());
    for (const properties of alarms.values()) expect([...sections.keys()]).toContain(kindOf(properties));
  });

  test.each(about)(
    '%s states its thresholds, the impact, how to diagnose and resolve it, and what data is safe',
    (kind) => {
      const section = sections.get(kind) ?? '';
      for (const part of ['**Impact:**', '**Diagnose:**', '**Resolve:**', '**Data safety:**'])
        expect(section).toContain(part);
      const { defaults, unit }: AlarmKindDefinition = ALARM_KINDS[kind as AlarmKind];
      const from = kind === 'silence' ? 'below' : 'from';
      const levels = SEVERITIES.filter((severity) => severity in defaults).map(
        (severity) => `${severity} ${from} ${defaults[severity]}`,
      );
      expect(section).toContain(`\n_${levels.join(', ')}: ${unit}_\n`);
      expect(section).toMatch(/```\n(fields|filter|stats|SOURCE|aws )/);
    },
  );

  test.each(Object.keys(REASONS))('explains the reason %s', (reason) => {
    expect(runbook).toMatch(new RegExp(`^\\| \`${reason}\` \\|`, 'm'));
  });
});
