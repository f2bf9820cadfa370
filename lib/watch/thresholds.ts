import { didYouMean } from '../../lambdas/core/unknown-name.ts';
import { checkObject, shown } from '../checks.ts';
import { SettingError } from '../setting-error.ts';
import {
  ALARM_KINDS,
  type AlarmKind,
  type AlarmKindDefinition,
  FORMER_KINDS,
  SEVERITIES,
  type Severity,
} from './alarm-kinds.ts';

/** The thresholds of a kind of alarm; `false` for no alarm of this severity. Omitted ones keep their defaults. */
export type Levels = { readonly [S in Severity]?: number | false };

/** Thresholds by kind and severity: `{ 'intake-age': { page: 900 } }`. */
export type AlarmThresholds = { readonly [Kind in keyof typeof ALARM_KINDS]?: Levels };

export interface Level {
  readonly severity: Severity;
  readonly threshold: number;
}

/** The severities of a kind of alarm, with their thresholds. */
export const levelsOf = (kind: AlarmKind, thresholds: AlarmThresholds = {}): readonly Level[] => {
  const levels: Levels = { ...ALARM_KINDS[kind].defaults, ...thresholds[kind] };
  return SEVERITIES.flatMap((severity) => {
    const threshold = levels[severity];
    return threshold === undefined || threshold === false ? [] : [{ severity, threshold }];
  });
};

/**
 * Validates the configured thresholds.
 *
 * @throws {SettingError} naming the first error and what is allowed.
 */
export const checkThresholds = (thresholds: AlarmThresholds): void => {
  checkObject('alarms.thresholds', thresholds);
  for (const [kind, levels] of Object.entries(thresholds)) {
    if (Object.hasOwn(FORMER_KINDS, kind)) {
      throw new SettingError(
        `alarms.thresholds has "${kind}"; there is no such alarm any more, since what it is for raises "${FORMER_KINDS[kind]}": take it out`,
      );
    }
    if (!Object.hasOwn(ALARM_KINDS, kind)) {
      throw new SettingError(
        `alarms.thresholds has "${kind}"; there is no such alarm, there are ${Object.keys(ALARM_KINDS).join(', ')}${didYouMean(kind, Object.keys(ALARM_KINDS))}`,
      );
    }
    if (levels === undefined) continue;
    checkObject(`alarms.thresholds.${kind}`, levels, ' such as { page: false, ticket: false }');
    const definition: AlarmKindDefinition = ALARM_KINDS[kind as AlarmKind];
    for (const [severity, threshold] of Object.entries(levels)) {
      const name = `alarms.thresholds.${kind}.${severity}`;
      if (!SEVERITIES.some((known) => known === severity)) {
        throw new SettingError(
          `${name}: there is no such severity, there are ${SEVERITIES.join(' and ')}${didYouMean(severity, SEVERITIES)}`,
        );
      }
      if (threshold === false || threshold === undefined) continue;
      if (!Number.isFinite(threshold) || threshold <= 0) {
        throw new SettingError(
          `${name} is ${shown(threshold)}; it must be a number above 0 (${definition.unit}), or false for no alarm`,
        );
      }
    }
  }
};
