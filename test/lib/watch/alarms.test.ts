import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import fc from 'fast-check';
import { REASONS } from '../../../lambdas/core/rejection.ts';
import { METRIC_DIMENSIONS } from '../../../lambdas/runtime/metric-schema.ts';
import { GatepostStack, type GatepostStackProps } from '../../../lib/gatepost-stack.ts';
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
import { createApp, SHIPPED, synthesize } from '../synthesize.ts';

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

  test('tells the topic of its severity when it starts and when it is over', () => {
    for (const [name, properties] of alarms) {
      const topic = name.endsWith('-page') ? 'TopicsPages' : 'TopicsTickets';
      expect(properties.AlarmActions).toEqual([{ Ref: expect.stringContaining(topic) }]);
      expect(properties.OKActions).toEqual(properties.AlarmActions);
    }
  });

  test('looks at no more metrics than an alarm may', () => {
    for (const properties of alarms.values()) {
      expect(metricsOf(properties).length).toBeGreaterThan(0);
      expect(metricsOf(properties).length).toBeLessThanOrEqual(MAX_METRICS_PER_ALARM);
    }
  });

  test('that looks at metrics of the functions looks at some that they write', () => {
    const ours = [...alarms.values()]
      .flatMap(metricsOf)
      .filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
    expect(new Set(ours.map(({ Namespace }) => Namespace))).toEqual(new Set(['Gatepost/gatepost']));
    expect(new Set(ours.map(({ MetricName }) => MetricName))).toEqual(
      new Set(['Throttled', ...Object.keys(METRIC_DIMENSIONS)]),
    );
    for (const { MetricName, Dimensions = [] } of ours) {
      const dimensions = METRIC_DIMENSIONS[MetricName as keyof typeof METRIC_DIMENSIONS] ?? [];
      expect(Dimensions.map(({ Name }: Properties) => Name)).toEqual(dimensions);
    }
  });

  test('of another Gatepost in the account looks at other metrics, and its functions write them', () => {
    const other = synthesize({ prefix: 'gatepost-test' });
    const text = JSON.stringify(other.findResources('AWS::CloudWatch::Alarm'));
    expect(text).toContain('"Gatepost/gatepost-test"');
    expect(text).not.toContain('"Gatepost/gatepost"');
    for (const name of ['gatepost-test-ingest-altoviz', 'gatepost-test-fan-out']) {
      other.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: name,
        Environment: { Variables: Match.objectLike({ METRIC_NAMESPACE: 'Gatepost/gatepost-test' }) },
      });
    }
  });

  test('that counts what was accepted has a function that counts it', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'gatepost-ingest-altoviz',
      Environment: { Variables: Match.objectLike({ COUNT_ACCEPTED: 'true' }) },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'gatepost-ingest-ivvy',
      Environment: { Variables: Match.not(Match.objectLike({ COUNT_ACCEPTED: 'true' })) },
    });
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

  test('ingest: a missing secret, of any source that has one', () => {
    expect(metricsOf(alarm('secret-missing-page'))).toEqual([
      expect.objectContaining({ Namespace: 'Gatepost/gatepost', MetricName: 'SecretMissing' }),
    ]);
    const without = synthesize({ sources: { ivvy: SHIPPED.ivvy } });
    expect(JSON.stringify(without.findResources('AWS::CloudWatch::Alarm'))).not.toContain('secret-missing');
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

  test('dead-letter queues: a message that SQS moves rings in one period alone, so two are needed', () => {
    const waiting = [...alarms.values()].filter((properties) =>
      ['intake-dlq', 'queue-dlq', 'unrecognized'].includes(kindOf(properties) ?? ''),
    );
    expect(waiting.length).toBeGreaterThanOrEqual(3);
    for (const properties of waiting) {
      expect(properties).toMatchObject({
        EvaluationPeriods: 2,
        DatapointsToAlarm: 2,
        TreatMissingData: 'ignore',
      });
    }
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
    expect(watchedBy('queue-age', 'intake-age', 'intake-stuck', 'unrecognized').sort()).toEqual(
      // What was rejected delays nothing.
      logicalIds(/(?<!-dlq|-rejected)\.fifo$/),
    );
  });

  test('fan-out: what crashes and what it gives back, for a quarter of an hour', () => {
    const found = alarm('fan-out-errors-page');
    expect(metricsOf(found).map(({ MetricName }) => MetricName)).toEqual(['Errors', 'FanOutFailed']);
    expect(found).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 1 });
  });

  test('intake: what is there, waiting or in work, while nothing is deleted', () => {
    const found = alarm('intake-stuck-page');
    expect(expressionOf(found)).toBe('IF(FILL(deleted, 0) > 0, 0, MAX([visible, inflight]))');
    expect(
      metricsOf(found)
        .map(({ MetricName }) => MetricName)
        .sort(),
    ).toEqual([
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible',
      'NumberOfMessagesDeleted',
    ]);
    expect(found).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 1 });
  });

  test('provider: the end of a subscription, where a provider announces it', () => {
    expect(metricsOf(alarm('unsubscribed-page'))).toEqual([
      expect.objectContaining({ MetricName: 'Unsubscribed' }),
    ]);
    const without = synthesize({ sources: { altoviz: SHIPPED.altoviz } });
    expect(JSON.stringify(without.findResources('AWS::CloudWatch::Alarm'))).not.toContain('unsubscribed');
  });

  test('provider: silence of the source that may not be silent, where nothing at all is what is looked for', () => {
    expect(alarm('silence-altoviz-page').Metrics).toEqual([
      expect.objectContaining({
        MetricStat: expect.objectContaining({
          Metric: {
            Namespace: 'Gatepost/gatepost',
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
  test.each([
    ['pages', 'page'],
    ['tickets', 'ticket'],
  ])('the topic of %s takes messages over TLS only, and from these alarms only', (name, severity) => {
    template.hasResourceProperties('AWS::SNS::Topic', { TopicName: `gatepost-${name}` });
    const policy = Object.entries(template.findResources('AWS::SNS::TopicPolicy')).find(([id]) =>
      id.toLowerCase().includes(`topics${name}`),
    )?.[1];
    const [deny, allow] = [...(policy?.Properties.PolicyDocument.Statement ?? [])].sort(
      (one: Properties, other: Properties) => other.Effect.localeCompare(one.Effect),
    );
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(allow).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
    });
    const patterns = allow.Condition.ArnLike['aws:SourceArn'].map(
      (arn: Properties) =>
        new RegExp(
          `^${String(arn['Fn::Join'][1].at(-1))
            .replace(/^.*:alarm:/, '')
            .replaceAll('*', '.*')}$`,
        ),
    );
    for (const alarmName of alarms.keys()) {
      expect(patterns.some((pattern: RegExp) => pattern.test(alarmName))).toBe(
        alarmName.endsWith(`-${severity}`),
      );
    }
    // Those of another Gatepost in the account have a longer prefix.
    expect(patterns.some((pattern: RegExp) => pattern.test(`gatepost-test-gate-errors-${severity}`))).toBe(
      false,
    );
  });

  const subscribed = (template: Template): readonly (readonly [string, string])[] =>
    Object.values(template.findResources('AWS::SNS::Subscription'))
      .map(({ Properties }): [string, string] => [
        /Topics(Pages|Tickets)/.exec(Properties.TopicArn.Ref)?.[1] ?? '',
        Properties.Endpoint,
      ])
      .sort();

  test('an address, or each of a list, is subscribed to pages and tickets', () => {
    expect(subscribed(synthesize({ alarmEmail: 'oncall@example.com' }))).toEqual([
      ['Pages', 'oncall@example.com'],
      ['Tickets', 'oncall@example.com'],
    ]);
    expect(subscribed(synthesize({ alarmEmail: ['a@example.com', 'b@example.com'] }))).toEqual([
      ['Pages', 'a@example.com'],
      ['Pages', 'b@example.com'],
      ['Tickets', 'a@example.com'],
      ['Tickets', 'b@example.com'],
    ]);
  });

  test.each([
    [
      'oncall',
      'alarmEmail is "oncall"; it must be an e-mail address, such as "oncall@example.com", or a list',
    ],
    [['a@example.com', 7], "alarmEmail is [ 'a@example.com', 7 ]; it must be an e-mail address"],
    [['a@example.com', 'a@example.com'], 'it has an address twice, take one of them out'],
  ])('the address %j is refused', (alarmEmail, sentence) => {
    expect(() => synthesize({ alarmEmail: alarmEmail as never })).toThrow(sentence);
  });

  test('topics of your own take the place of ours, each by itself', () => {
    const app = createApp();
    const elsewhere = new Stack(app, 'Elsewhere');
    const page = new Topic(elsewhere, 'Pages');
    const stack = new GatepostStack(app, 'Gatepost', {
      sources: SHIPPED,
      alarms: { topics: { page } },
      alarmEmail: 'oncall@example.com',
    });
    const found = Template.fromStack(stack);
    found.resourceCountIs('AWS::SNS::Topic', 1);
    expect(subscribed(found)).toEqual([['Tickets', 'oncall@example.com']]);
    for (const { Properties } of Object.values(found.findResources('AWS::CloudWatch::Alarm'))) {
      expect('Fn::ImportValue' in Properties.AlarmActions[0]).toBe(Properties.AlarmName.endsWith('-page'));
    }
    const both = { alarms: { topics: { page, ticket: page } }, alarmEmail: 'oncall@example.com' };
    expect(() => new GatepostStack(app, 'Both', { sources: SHIPPED, ...both })).toThrow(
      'alarmEmail and both of alarms.topics are set; subscribe the address to your topics, or leave a topic out',
    );
  });

  test('synthesis warns where no person is told, and only there', () => {
    const warnings = (props: Partial<GatepostStackProps>, change = (_: GatepostStack): void => undefined) => {
      const app = createApp();
      const stack = new GatepostStack(app, 'Gatepost', { sources: SHIPPED, ...props });
      change(stack);
      return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('No person is told'));
    };
    expect(warnings({})).toHaveLength(2);
    expect(warnings({ alarmEmail: 'oncall@example.com' })).toHaveLength(0);
    expect(
      warnings({}, ({ gatepost }) => {
        for (const topic of Object.values(gatepost.watch.topics))
          topic.addSubscription(new UrlSubscription('https://example.com/'));
      }),
    ).toHaveLength(0);
    // Of the other topic no person is told, nor of all alarms by what a consumer alone is told.
    expect(
      warnings({}, ({ gatepost }) => {
        gatepost.watch.topics.page.addSubscription(new UrlSubscription('https://example.com/'));
      }),
    ).toHaveLength(1);
    const billing = { events: ['invoice.*'], alarmEmail: 'billing@example.com' };
    expect(warnings({ consumers: { billing } })).toHaveLength(2);
    expect(
      warnings({}, ({ gatepost }) => {
        new SlackChannelConfiguration(gatepost, 'OnCall', {
          slackChannelConfigurationName: 'on-call',
          slackWorkspaceId: 'T01234567',
          slackChannelId: 'C0123456789',
          notificationTopics: [gatepost.watch.topics.page],
        });
      }),
    ).toHaveLength(0);
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
      { 'event-log-errors': { ticket: 1 } },
      'alarms.thresholds has "event-log-errors"; there is no such alarm any more, since what it is for raises "fan-out-errors": take it out',
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
