import { didYouMean } from '../../lambdas/core/unknown-name.ts';
import { SettingError } from '../setting-error.ts';
import {
  ALARM_KINDS,
  type AlarmKind,
  type AlarmKindDefinition,
  SEVERITIES,
  type Severity,
} from './alarm-kinds.ts';

/** From which value on a kind of alarm is raised; `false`: not at this severity. What is left out keeps its default. */
export type Levels = { readonly [S in Severity]?: number | false };

/** The thresholds that differ from the defaults, by kind and severity: `{ 'intake-age': { page: 900 } }`. */
export type AlarmThresholds = { readonly [Kind in keyof typeof ALARM_KINDS]?: Levels };

/** A severity of a kind of alarm, and its threshold. */
export interface Level {
  readonly severity: Severity;
  readonly threshold: number;
}

/**
 * The severities of a kind of alarm, with their thresholds.
 *
 * @throws {SettingError} where a threshold is wrong, or there is no such kind or severity.
 */
export const levelsOf = (kind: AlarmKind, thresholds: AlarmThresholds = {}): readonly Level[] => {
  const levels: Levels = { ...ALARM_KINDS[kind].defaults, ...thresholds[kind] };
  return SEVERITIES.flatMap((severity) => {
    const threshold = levels[severity];
    return threshold === undefined || threshold === false ? [] : [{ severity, threshold }];
  });
};

/**
 * Checks the thresholds as the customer wrote them.
 *
 * @throws {SettingError} that names the first mistake and what would be right.
 */
export const checkThresholds = (thresholds: AlarmThresholds): void => {
  for (const [kind, levels] of Object.entries(thresholds)) {
    const definition: AlarmKindDefinition | undefined = ALARM_KINDS[kind as AlarmKind];
    if (definition === undefined) {
      throw new SettingError(
        `alarms.thresholds has "${kind}"; there is no such alarm, there are ${Object.keys(ALARM_KINDS).join(', ')}${didYouMean(kind, Object.keys(ALARM_KINDS))}`,
      );
    }
    for (const [severity, threshold] of Object.entries(levels ?? {})) {
      const name = `alarms.thresholds.${kind}.${severity}`;
      if (!SEVERITIES.some((known) => known === severity)) {
        throw new SettingError(
          `${name}: there is no such severity, there are ${SEVERITIES.join(' and ')}${didYouMean(severity, SEVERITIES)}`,
        );
      }
      if (threshold === false || threshold === undefined) continue;
      if (!Number.isFinite(threshold) || threshold <= 0) {
        throw new SettingError(
          `${name} is ${threshold}; it must be a number above 0 (${definition.unit}), or false for no alarm`,
        );
      }
    }
  }
};
