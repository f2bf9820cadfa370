import type { MetricLine, MetricOptions } from './definition.ts';
import { compute, type Value } from './expression.ts';
import type { Metric, Recording, Sample } from './recording.ts';

/** A line of a widget. */
export interface Series {
  readonly label: string;
  /** One per period. */
  readonly values: readonly Value[];
}

/**
 * Computes the metrics of a widget or an alarm.
 *
 * @param periods the number of periods that the run is divided into. A run of seconds is too short for periods of minutes.
 * @returns the visible ones, with or without values.
 */
export const computeSeries = (
  lines: readonly MetricLine[],
  recording: Recording,
  periods: number,
): readonly Series[] => {
  const parsed = lines.map(parseLine);
  const byId = new Map(parsed.map((line) => [line.options.id, line]));
  const cut = (metric: Metric | undefined, stat: string): readonly Value[] =>
    intoPeriods(metric?.samples ?? [], recording, periods).map((values) => statistic(stat, values));

  const valuesOf = ({ path, options }: ParsedLine): readonly Value[] => {
    const { expression, stat = 'Average' } = options;
    if (expression === undefined) return cut(find(recording.metrics, path), stat);
    const known = new Map<string, readonly Value[]>();
    return Array.from({ length: periods }, (_, period) =>
      compute(expression, (id) => {
        const line = byId.get(id);
        const values = known.get(id) ?? (line === undefined ? [] : valuesOf(line));
        known.set(id, values);
        return values[period];
      }),
    );
  };

  return parsed
    .filter(({ options }) => options.visible !== false)
    .map((line) => ({ label: labelOf(line), values: valuesOf(line) }));
};

interface ParsedLine {
  /** Namespace, name, and the dimensions' names and values in turn. */
  readonly path: readonly string[];
  readonly options: MetricOptions;
}

const parseLine = (line: MetricLine): ParsedLine => ({
  path: line.filter((part) => typeof part === 'string'),
  options: line.find((part) => typeof part === 'object') ?? {},
});

const labelOf = ({ path, options }: ParsedLine): string =>
  options.label ?? options.expression ?? path.slice(1).join(' ');

const find = (metrics: readonly Metric[], [namespace, name, ...pairs]: readonly string[]) => {
  const wanted = new Map<string, string>();
  for (let index = 0; index < pairs.length; index += 2)
    wanted.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  return metrics.find(
    (metric) =>
      metric.namespace === namespace &&
      metric.name === name &&
      Object.keys(metric.dimensions).length === wanted.size &&
      Object.entries(metric.dimensions).every(([key, value]) => wanted.get(key) === value),
  );
};

const intoPeriods = (
  samples: readonly Sample[],
  { from, to }: Recording,
  periods: number,
): readonly (readonly number[])[] => {
  const cut: number[][] = Array.from({ length: periods }, () => []);
  for (const { at, value } of samples) {
    const part = Math.floor(((at - from) / Math.max(1, to - from)) * periods);
    cut[Math.min(periods - 1, Math.max(0, part))]?.push(value);
  }
  return cut;
};

const statistic = (stat: string, values: readonly number[]): Value => {
  if (values.length === 0) return undefined;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(stat)?.[1];
  if (percentile !== undefined) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.ceil((Number(percentile) / 100) * sorted.length) - 1] ?? sorted[0];
  }
  const sum = values.reduce((total, value) => total + value, 0);
  if (stat === 'Sum') return sum;
  if (stat === 'Maximum') return Math.max(...values);
  return sum / values.length;
};
