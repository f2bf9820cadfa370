import type { AlarmDefinition, DashboardDefinition } from './definition.ts';
import type { Recording } from './recording.ts';
import { computeSeries } from './series.ts';

/** `none`: only AWS has the alarm's metrics. */
export type AlarmState = 'ringing' | 'quiet' | 'none';

/**
 * The states of all alarms, by name. The whole run counts as one period: a single violation of the threshold is enough.
 */
export const alarmStates = (
  { alarms }: DashboardDefinition,
  recording: Recording,
): ReadonlyMap<string, AlarmState> => new Map(alarms.map((alarm) => [alarm.name, stateOf(alarm, recording)]));

const stateOf = (alarm: AlarmDefinition, recording: Recording): AlarmState => {
  const [value] = valuesOf(alarm, recording, 1);
  if (value === undefined) return alarm.missing === 'breaching' ? 'ringing' : 'none';
  return violates(alarm, value) ? 'ringing' : 'quiet';
};

/**
 * When an alarm first rings, by its own periods, as CloudWatch evaluates them: at the end of the period in which as many of
 * its last periods violate the threshold as it needs. The recording begins with a period.
 *
 * @param until the end of the last period, in ms since 1970.
 * @returns ms from the beginning of the recording; undefined if it does not ring.
 */
export const ringsAfter = (
  alarm: AlarmDefinition,
  recording: Recording,
  until: number,
): number | undefined => {
  const periodMs = alarm.period * 1000;
  const periods = Math.floor((until - recording.from) / periodMs);
  const whole = { ...recording, to: recording.from + periods * periodMs };
  const violations = valuesOf(alarm, whole, periods).map((value) =>
    value === undefined ? isViolation(alarm) : violates(alarm, value),
  );
  for (let end = 1; end <= periods; end++) {
    const known = violations.slice(0, end).filter((violation) => violation !== undefined);
    if (known.slice(-alarm.of).filter(Boolean).length >= alarm.reached) return end * periodMs;
  }
  return undefined;
};

const valuesOf = ({ metrics }: AlarmDefinition, recording: Recording, periods: number) =>
  computeSeries(metrics, recording, periods)[0]?.values ?? [];

const violates = ({ threshold, below }: AlarmDefinition, value: number): boolean =>
  below ? value < threshold : value >= threshold;

/** What a period without data is; undefined if it is left out. */
const isViolation = ({ missing }: AlarmDefinition): boolean | undefined =>
  missing === 'ignore' ? undefined : missing === 'breaching';
