import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import type { Template } from '../../../local/assembly/template.ts';
import { ringsAfter } from '../../../local/dashboard/alarm-states.ts';
import { type AlarmDefinition, readDashboard } from '../../../local/dashboard/definition.ts';
import type { Metric, Recording } from '../../../local/dashboard/recording.ts';
import { SHIPPED, synthesize } from '../synthesize.ts';
import { FAULTS, type Fault, type Sampled, usual } from './faults.ts';

const { alarms } = readDashboard(
  synthesize({
    sources: { ...SHIPPED, altoviz: { provider: 'altoviz', silenceAfter: Duration.hours(6) } },
  }).toJSON() as Template,
);

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
/** Longer than the slowest alarm takes. */
const HOURS = 7;
const END = START + HOURS * 60 * MINUTE_MS;

/** Every metric that an alarm reads, once. */
const metrics: readonly Omit<Metric, 'samples'>[] = [
  ...new Map(
    alarms
      .flatMap(({ metrics: lines }) => lines)
      .map((line) => line.filter((part) => typeof part === 'string'))
      .filter((path) => path.length > 1)
      .map(([namespace = '', name = '', ...pairs]) => {
        const dimensions = Object.fromEntries(
          pairs.flatMap((part, index) => (index % 2 === 0 ? [[part, pairs[index + 1] ?? '']] : [])),
        );
        return [JSON.stringify([namespace, name, dimensions]), { namespace, name, dimensions }] as const;
      }),
  ).values(),
];

/** What CloudWatch would have of hours with a fault: a value a minute. */
const recordingOf = ({ metric }: Fault): Recording => ({
  from: START,
  to: END,
  logs: [],
  metrics: metrics.map((one) => {
    const sampled: Sampled = { name: one.name, of: Object.values(one.dimensions)[0] ?? '' };
    const samples = Array.from({ length: HOURS * 60 }, (_, minute) => {
      const changed = metric(sampled, minute);
      const value = changed === undefined ? usual(sampled) : changed;
      return value === undefined || value === null ? [] : [{ at: START + minute * MINUTE_MS, value }];
    });
    return { ...one, samples: samples.flat() };
  }),
});

interface Rung {
  readonly alarm: AlarmDefinition;
  readonly minutes: number;
}

/** The alarms that ring for a fault, the first one first. */
const rungBy = (fault: Fault): readonly Rung[] => {
  const recording = recordingOf(fault);
  return alarms
    .flatMap((alarm) => {
      const ms = ringsAfter(alarm, recording, END);
      return ms === undefined ? [] : [{ alarm, minutes: ms / MINUTE_MS }];
    })
    .sort((one, other) => one.minutes - other.minutes || one.alarm.name.localeCompare(other.alarm.name));
};

const inWords = (minutes: number): string =>
  minutes >= 120 && minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;

/** The rows of a fault in the runbook's table. */
const rowsOf = (fault: Fault): readonly string[] => {
  const rung = rungBy(fault);
  if (rung.length === 0) return [`| ${fault.what} | none | |`];
  return rung.map(({ alarm, minutes }, index) => {
    const name = alarm.name
      .replace('gatepost-', '')
      .replace(/-(altoviz|entities)-/, '-')
      .replace(/-(\d+)-/, '-');
    const kind = name.replace(/-(page|ticket)$/, '');
    const severity = name.endsWith('-page') ? 'page' : 'ticket';
    return `| ${index === 0 ? fault.what : ''} | [${kind}](#${kind}), ${severity} | ${inWords(minutes)} |`;
  });
};

describe('for each fault, the metrics that it changes ring', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');

  test.each(FAULTS.map((fault) => [fault.what, fault] as const))('%s', (_, fault) => {
    expect(runbook).toContain(rowsOf(fault).join('\n'));
  });

  test('the runbook has a row for each, and no other', () => {
    const table = /^\| fault \|[\s\S]*?\n\n/m.exec(runbook)?.[0] ?? '';
    expect(table.trimEnd().split('\n').slice(2)).toEqual(FAULTS.flatMap(rowsOf));
  });

  test('every kind of alarm rings for some fault', () => {
    const rung = new Set(FAULTS.flatMap(rungBy).map(({ alarm }) => alarm.name));
    const kindsOf = (names: Iterable<string>) =>
      new Set([...names].map((name) => name.replace(/-(ivvy|altoviz|entities|\d+)-/, '-')));
    expect(kindsOf(rung)).toEqual(kindsOf(alarms.map(({ name }) => name)));
  });

  test('pages go to one topic and tickets to another', () => {
    for (const { name, notifies } of alarms) {
      expect(notifies).toEqual([name.endsWith('-page') ? 'gatepost-pages' : 'gatepost-tickets']);
    }
  });
});
