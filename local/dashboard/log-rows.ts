import type { LogLine } from './recording.ts';

export interface LogRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Runs a query of Logs Insights in the form of the dashboard: `SOURCE`s, `fields`, `filter … in [ … ]`, newest first, with a
 * `limit`.
 */
export const findRows = (query: string, logs: readonly LogLine[]): LogRows => {
  const functions = [...query.matchAll(/SOURCE '\/aws\/lambda\/([^']+)'/g)].map(([, name]) => name);
  const columns = (/fields ([^|\n]+)/.exec(query)?.[1] ?? '').split(',').map((name) => name.trim());
  const [, field = '', list = '[]'] = /filter (\S+) in (\[[^\]]*\])/.exec(query) ?? [];
  const allowed = JSON.parse(list) as readonly unknown[];
  const limit = Number(/limit (\d+)/.exec(query)?.[1] ?? 100);
  const found = logs
    .filter(({ functionName, fields }) => functions.includes(functionName) && allowed.includes(fields[field]))
    .sort((one, other) => other.at - one.at)
    .slice(0, limit);
  return { columns, rows: found.map((line) => columns.map((name) => cell(line, name))) };
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
