import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { METRIC_NAMESPACE } from '../../../lambdas/runtime/metric-schema.ts';
import { metricLines, print } from '../../../lambdas/runtime/observe.ts';
import { catchOutput } from '../support/output.ts';

let lines: ReturnType<typeof catchOutput>;
beforeEach(() => {
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('however many values a metric has, each is counted once, by its source, in lines that CloudWatch takes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 350 }), (lags) => {
      const before = lines().length;
      print(metricLines({ source: 'avaza' }, { Routed: lags.length, FanOutLagMs: lags }));

      const written = lines().slice(before);
      expect(written.flatMap(({ FanOutLagMs }) => FanOutLagMs ?? [])).toEqual(lags);
      expect(written.flatMap(({ Routed }) => Routed ?? [])).toEqual([lags.length]);
      for (const line of written) {
        expect(line.source).toBe('avaza');
        expect([line.FanOutLagMs].flat().length).toBeLessThanOrEqual(100);
        expect(line._aws).toMatchObject({
          CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [['source']] }],
        });
      }
    }),
    { numRuns: 30 },
  );
});
