import type { AlarmDefinition, DashboardDefinition } from './definition.ts';
import type { Recording } from './recording.ts';
import { computeSeries } from './series.ts';

/** `none`: only AWS has the alarm's metrics. */
export type AlarmState = 'ringing' | 'quiet' | 'none';

/**
 * The states of all alarms, by name. The whole run counts as one period: a single violation of the threshold is enough.
 */
export const alarmStates = (
  { alarms, composites }: DashboardDefinition,
  recording: Recording,
): ReadonlyMap<string, AlarmState> => {
  const states = new Map(alarms.map((alarm) => [alarm.name, stateOf(alarm, recording)]));
  const namesOf = (name: string): readonly string[] => composites.get(name)?.flatMap(namesOf) ?? [name];
  for (const name of composites.keys()) {
    states.set(name, namesOf(name).some((child) => states.get(child) === 'ringing') ? 'ringing' : 'quiet');
  }
  return states;
};

const stateOf = (alarm: AlarmDefinition, recording: Recording): AlarmState => {
  const { metrics, threshold, below, breaching } = alarm;
  const [value] = computeSeries(metrics, recording, 1).map(({ values }) => values[0]);
  if (value === undefined) return breaching ? 'ringing' : 'none';
  return (below ? value < threshold : value >= threshold) ? 'ringing' : 'quiet';
};
