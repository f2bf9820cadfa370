import { afterEach, expect, test } from '@jest/globals';
import { METRIC_DIMENSIONS, type MetricName } from '../../../lambdas/runtime/metric-schema.ts';
import { logLine } from '../../../lambdas/runtime/observe.ts';

afterEach(() => {
  delete process.env.METRIC_NAMESPACE;
});

const parsed = (...line: Parameters<typeof logLine>) =>
  JSON.parse(logLine(...line)) as Readonly<Record<string, unknown>>;

test('a line that counts nothing is a line of the log alone', () => {
  const line = parsed('INFO', 'accepted', { source: 'avaza' });
  expect(line).toEqual({
    level: 'INFO',
    message: 'accepted',
    timestamp: expect.any(String),
    service: 'gatepost',
    source: 'avaza',
  });
});

test.each(Object.keys(METRIC_DIMENSIONS) as MetricName[])(
  'a line that counts %s is itself the metric, with the dimensions that alarms read',
  (metric) => {
    process.env.METRIC_NAMESPACE = 'Gatepost/test';
    const line = parsed('WARN', 'any', { source: 'avaza' }, { [metric]: 2 });
    expect(line).toMatchObject({ level: 'WARN', message: 'any', source: 'avaza', [metric]: 2 });
    expect(line._aws).toEqual({
      Timestamp: Date.parse(String(line.timestamp)),
      CloudWatchMetrics: [
        {
          Namespace: 'Gatepost/test',
          Dimensions: [METRIC_DIMENSIONS[metric]],
          Metrics: [{ Name: metric, Unit: 'Count' }],
        },
      ],
    });
    // CloudWatch takes a dimension from the line.
    for (const dimension of METRIC_DIMENSIONS[metric]) expect(typeof line[dimension]).toBe('string');
  },
);
