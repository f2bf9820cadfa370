import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exampleTemplate } from '../../../evidence/cost/example-template.ts';
import { costLines, fixedAfterFreeTier, total } from '../../../evidence/cost/lines.ts';
import { costPage } from '../../../evidence/cost/page.ts';
import { searchingLines } from '../../../evidence/cost/searching.ts';
import { type CostSettings, costSettings } from '../../../evidence/cost/settings.ts';
import { HOSTED, PRICES, PRICES_REGION } from '../../../lib/watch/prices.ts';
import type { Template } from '../../../local/assembly/template.ts';

const SETTINGS: CostSettings = {
  sources: 2,
  ingestMegabytes: 256,
  fanOutMegabytes: 512,
  queues: 50,
  secrets: 1,
  retentionDays: 30,
  indexes: 2,
  logRetentionDays: 30,
  alarmMetrics: 20,
  alarms: 10,
  dashboards: 1,
  dashboardMetrics: 60,
  customMetrics: 12,
  entities: 6,
};

test('docs/cost.md shows the costs of the example app: run npm run cost', async () => {
  const [shipped, small] = await Promise.all([exampleTemplate(), exampleTemplate('small-app')]);
  const page = costPage(costSettings(shipped), costSettings(small));
  expect(await readFile('docs/cost.md', 'utf8')).toBe(page);
}, 60_000);

describe('the bill stays where a small company accepts it', () => {
  const fixed = (settings: CostSettings) => total(costLines(settings, 0));
  test('before the first event', async () => {
    const [shipped, small] = await Promise.all([exampleTemplate(), exampleTemplate('small-app')]);
    expect(fixed(costSettings(shipped))).toBeLessThanOrEqual(20);
    expect(costSettings(small)).toMatchObject({ sources: 2, entities: 6 });
    expect(fixed(costSettings(small))).toBeLessThanOrEqual(9);
  }, 60_000);

  test('for a million events, with their history', async () => {
    const settings = costSettings(await exampleTemplate());
    expect(total(costLines(settings, 1e6)) - fixed(settings)).toBeLessThanOrEqual(7.5);
  }, 60_000);
});

describe('the free tier', () => {
  test('takes away what it has of metrics, alarms and requests', () => {
    const most = { ...SETTINGS, customMetrics: 10, alarmMetrics: 10, secrets: 0, dashboards: 0 };
    // Two queues, five connections, each asking every 20 s: 1.296 million requests, of which one is free.
    expect(fixedAfterFreeTier(most)).toBeCloseTo(0.296 * 0.5);
    const more = { ...most, customMetrics: 11, alarmMetrics: 12, secrets: 1 };
    expect(fixedAfterFreeTier(more) - fixedAfterFreeTier(most)).toBeCloseTo(0.3 + 0.2 + 0.4);
  });

  test('has dashboards, but none of so many metrics', () => {
    const dashboard = (dashboardMetrics: number) =>
      fixedAfterFreeTier({ ...SETTINGS, dashboardMetrics }) -
      fixedAfterFreeTier({ ...SETTINGS, dashboards: 0 });
    expect(dashboard(50)).toBe(0);
    expect(dashboard(51)).toBeCloseTo(3);
  });
});

describe('the bill', () => {
  const dollars = (settings: CostSettings, events: number, name: string) =>
    costLines(settings, events).find((line) => line.name.startsWith(name))?.dollars;

  test('of a million events has the list price of what there is one of an event', () => {
    expect(dollars(SETTINGS, 1e6, 'API Gateway')).toBeCloseTo(1);
    // Ingest and fan-out.
    expect(dollars(SETTINGS, 1e6, 'Lambda: invocations')).toBeCloseTo(0.4);
    // 20 ms with a quarter of a GB: 5,000 GB-seconds.
    expect(dollars(SETTINGS, 1e6, 'Lambda: ingest')).toBeCloseTo(5_000 * 0.0000133334);
    // Sent, received, deleted; and the same again in the entity's queue.
    expect(dollars(SETTINGS, 1e6, 'SQS: deliveries')).toBeCloseTo(1.5);
    expect(dollars(SETTINGS, 1e6, 'SQS: events')).toBeCloseTo(1.5);
    // One KB an item.
    expect(dollars(SETTINGS, 1e6, 'DynamoDB: writes')).toBeCloseTo(0.625);
    // And less than one in each index.
    expect(dollars(SETTINGS, 1e6, 'DynamoDB: writes to its indexes')).toBeCloseTo(1.25);
  });

  test('above 300 million requests the gate is cheaper', () => {
    expect(dollars(SETTINGS, 400e6, 'API Gateway')).toBeCloseTo(300 + 90);
  });

  test('grows with the events, and there is one without any', () => {
    const volume = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(volume, volume, (one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(total(costLines(SETTINGS, less))).toBeLessThanOrEqual(total(costLines(SETTINGS, more)));
      }),
    );
    expect(total(costLines(SETTINGS, 0))).toBeGreaterThan(0);
  });

  test.each([
    ['customMetrics', 'CloudWatch: metrics'],
    ['ingestMegabytes', 'Lambda: ingest'],
    ['fanOutMegabytes', 'Lambda: fan-out'],
    ['secrets', 'Secrets Manager'],
    ['retentionDays', 'DynamoDB: storage'],
    ['indexes', 'DynamoDB: writes to its indexes'],
    ['indexes', 'DynamoDB: storage of its indexes'],
    ['logRetentionDays', 'CloudWatch: logs kept'],
    ['alarmMetrics', 'CloudWatch: alarms'],
    ['dashboards', 'CloudWatch: dashboard'],
  ] as const)('more %s cost more in the line %s', (setting, line) => {
    const more = { ...SETTINGS, [setting]: SETTINGS[setting] + 1 };
    expect(dollars(more, 1e6, line)).toBeGreaterThan(dollars(SETTINGS, 1e6, line) ?? 0);
  });
});

describe('what of a template costs money', () => {
  const template: Template = {
    Metadata: {
      'Gatepost::Routing': { entities: ['contact', 'company'], entityQueues: true, consumers: [] },
    },
    Resources: {
      Ingest: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          MemorySize: 256,
          Environment: {
            Variables: { SOURCE: '{"provider":"ivvy"}', SECRET_ARN: 'arn', COUNT_ACCEPTED: 'true' },
          },
        },
      },
      FanOut: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          MemorySize: 512,
          Environment: {
            Variables: {
              EVENT_LOG_TABLE: 'log',
              RETENTION_SECONDS: String(14 * 86_400),
            },
          },
        },
      },
      // Reads the log too, and empties nothing.
      Console: {
        Type: 'AWS::Lambda::Function',
        Properties: { MemorySize: 1024, Environment: { Variables: { EVENT_LOG_TABLE: 'log' } } },
      },
      Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'FanOut' } } },
      Log: { Type: 'AWS::DynamoDB::Table', Properties: { GlobalSecondaryIndexes: [{}, {}] } },
      OnOne: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      OnSum: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }] },
      },
      OnQuery: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Expression: 'SELECT MAX(x) FROM y' }] },
      },
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      Filter: { Type: 'AWS::Logs::MetricFilter' },
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardBody: {
            'Fn::Join': ['', ['{"metrics":[["AWS/SQS","A"],["Gatepost/gatepost","B"],[{"x":1}]]}']],
          },
        },
      },
    },
  };

  test('is read from it', () => {
    expect(costSettings(template)).toMatchObject({
      ...{ sources: 1, ingestMegabytes: 256, fanOutMegabytes: 512, retentionDays: 14, secrets: 1 },
      indexes: 2,
      // An alarm on a sum is billed by what it sums up.
      ...{ alarms: 3, alarmMetrics: 1 + 2 + 1, dashboards: 1, dashboardMetrics: 2, entities: 2 },
      // Rejected, Accepted, SecretMissing, Unsubscribed, FanOutFailed, and the filter.
      customMetrics: 6,
    });
  });

  test('is not there in a stack that is no Gatepost', () => {
    expect(() => costSettings({ Resources: {} })).toThrow('is it a Gatepost?');
  });
});

test('every price is shown with the list that it is of, and where and when it was read', () => {
  const page = costPage(SETTINGS, SETTINGS);
  for (const { each, source, read } of Object.values(PRICES)) {
    const row = page.split('\n').find((line) => line.includes(`| ${each} `));
    expect(row).toContain(`<${source}>`);
    expect(row).toContain(read);
  }
  for (const { source, read } of Object.values(HOSTED)) {
    expect(page).toContain(source);
    expect(page).toContain(read);
  }
  expect(page).toContain(PRICES_REGION);
});

describe('looking into the event log', () => {
  const dollars = (settings: CostSettings, name: string) =>
    searchingLines(settings).find((line) => line.name.startsWith(name))?.dollars;

  test('has the list price of what is read', () => {
    // Two sources, four shards, 24 hours: 192 reads of half a unit.
    expect(dollars(SETTINGS, 'list a day')).toBeCloseTo(96 * 0.125e-6, 12);
    // 10,000 of 0.4 KB are 4,000 KB.
    expect(dollars(SETTINGS, 'list 10,000')).toBeCloseTo(500 * 0.125e-6, 12);
    // 100,000 listed, and each read.
    expect(dollars(SETTINGS, 'find out')).toBeCloseTo((5_000 + 100_000) * 0.125e-6, 12);
    // One KB of an item, and one in each of two indexes.
    expect(dollars(SETTINGS, 'send them')).toBeCloseTo(105_000 * 0.125e-6 + 300_000 * 0.625e-6, 12);
    // A million of 0.4 KB.
    expect(dollars(SETTINGS, 'find the history')).toBeCloseTo(50_000 * 0.125e-6, 12);
  });
});
