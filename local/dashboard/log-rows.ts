import type { LogLine } from './recording.ts';

export interface LogRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Runs a query of Logs Insights in the forms of the dashboard: `SOURCE`s, a `filter` with `in [ … ]` or `ispresent( … )`, and
 * either `fields`, newest first, or `stats` by fields. It has a `limit`.
 *
 * @throws {Error} for a statistic that is none of `count`, `pct` and `max`.
 */
export const findRows = (query: string, logs: readonly LogLine[]): LogRows => {
  const functions = [...query.matchAll(/SOURCE '\/aws\/lambda\/([^']+)'/g)].map(([, name]) => name);
  const passes = filterOf(query);
  const limit = Number(/limit (\d+)/.exec(query)?.[1] ?? 100);
  const found = logs
    .filter(({ functionName, fields }) => functions.includes(functionName) && passes(fields))
    .sort((one, other) => other.at - one.at);
  const stats = /stats ([^|\n]+) by ([^|\n]+)/.exec(query);
  if (stats !== null) return aggregate(found, stats[1] ?? '', names(stats[2]), query, limit);
  const columns = names(/fields ([^|\n]+)/.exec(query)?.[1]);
  return { columns, rows: found.slice(0, limit).map((line) => columns.map((name) => cell(line, name))) };
};

type Fields = LogLine['fields'];

const names = (list = ''): readonly string[] => list.split(',').map((name) => name.trim());

const filterOf = (query: string): ((fields: Fields) => boolean) => {
  const present = /filter ispresent\((\S+)\)/.exec(query)?.[1];
  if (present !== undefined) return (fields) => fields[present] !== undefined;
  const [, field = '', list = '[]'] = /filter (\S+) in (\[[^\]]*\])/.exec(query) ?? [];
  const allowed = JSON.parse(list) as readonly unknown[];
  return (fields) => allowed.includes(fields[field]);
};

/** A row for each combination of values, sorted by the query's `sort`. */
const aggregate = (
  lines: readonly LogLine[],
  statistics: string,
  by: readonly string[],
  query: string,
  limit: number,
): LogRows => {
  const wanted = [...statistics.matchAll(/(\w+)\(([^)]*)\) as (\w+)/g)].map(
    ([, how = '', of = '', as = '']) => ({
      how,
      of: names(of),
      as,
    }),
  );
  const columns = [...by, ...wanted.map(({ as }) => as)];
  const sorted = columns.indexOf(/sort (\S+) desc/.exec(query)?.[1] ?? '');
  const groups = Map.groupBy(lines, (line) => JSON.stringify(by.map((name) => cell(line, name))));
  const rows = [...groups.values()].map((group) => [
    ...by.map((name) => cell(group[0] as LogLine, name)),
    ...wanted.map(({ how, of }) => statistic(how, of, group)),
  ]);
  return {
    columns,
    rows: rows.sort((one, other) => Number(other[sorted]) - Number(one[sorted])).slice(0, limit),
  };
};

const statistic = (how: string, [field = '', percent = '']: readonly string[], group: readonly LogLine[]) => {
  const values = group.map(({ fields }) => fields[field]);
  if (how === 'count') {
    return String(field === '*' ? group.length : values.filter((value) => value !== undefined).length);
  }
  const numbers = values.filter((value) => typeof value === 'number').sort((one, other) => one - other);
  if (how === 'max') return String(numbers.at(-1) ?? '');
  if (how === 'pct') return String(numbers[Math.ceil((Number(percent) / 100) * numbers.length) - 1] ?? '');
  throw new Error(`the statistic ${how} is not supported`);
};

const cell = ({ at, fields }: LogLine, name: string): string => {
  if (name === '@timestamp') return new Date(at).toISOString().slice(11, 23);
  const value = name
    .split('.')
    .reduce<unknown>(
      (inside, key) =>
        typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>)[key] : undefined,
      fields,
    );
  return value === undefined ? '' : String(value);
};
