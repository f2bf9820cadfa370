import {
  Alarm,
  ComparisonOperator,
  type IAlarm,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { toId } from '../ids.ts';
import { ALARM_KINDS, type AlarmKind, RUNBOOK, type Severity } from './alarm-kinds.ts';
import { type Detector, detectors } from './detectors.ts';
import { type AlarmThresholds, checkThresholds, levelsOf } from './thresholds.ts';
import type { WatchedWithThrottled } from './watched.ts';

export interface AlarmsProps {
  readonly watched: WatchedWithThrottled;
  readonly thresholds: AlarmThresholds;
  /** What an alarm of a severity does when it starts and when it ends. */
  readonly actions: Readonly<Record<Severity, IAlarmAction>>;
  /** What else the alarms of a consumer do, by its name. */
  readonly owners: ReadonlyMap<string, IAlarmAction>;
}

export interface WatchingAlarm {
  readonly kind: AlarmKind;
  readonly severity: Severity;
  readonly alarm: Alarm;
  /** The consumer that is told beside the topics of all alarms. */
  readonly owner?: string | undefined;
}

/**
 * The alarms of every stage. Each notifies by itself: a composite alarm above them would say nothing of a second fault while
 * the first one lasts.
 */
export class Alarms extends Construct {
  readonly all: readonly WatchingAlarm[];

  /** @throws {SettingError} if a threshold is wrong. */
  constructor(scope: Construct, id: string, { watched, thresholds, actions, owners }: AlarmsProps) {
    super(scope, id);
    checkThresholds(thresholds);
    this.all = detectors(watched).flatMap((detector) => this.addAlarms(detector, watched.prefix, thresholds));
    for (const { severity, alarm, owner } of this.all) {
      const ofOwner = owners.get(owner ?? '');
      for (const action of [actions[severity], ...(ofOwner === undefined ? [] : [ofOwner])]) {
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
      }
    }
  }

  /** The alarms of a severity. */
  of(severity: Severity): readonly IAlarm[] {
    return this.all.filter((one) => one.severity === severity).map(({ alarm }) => alarm);
  }

  private addAlarms(
    detector: Detector,
    prefix: string,
    thresholds: AlarmThresholds,
  ): readonly WatchingAlarm[] {
    const { kind, which, metric, periods = { reached: 1, of: 1 }, below = false } = detector;
    return levelsOf(kind, thresholds).map(({ severity, threshold }) => {
      const name = [kind, which, severity].filter((part) => part !== undefined).join('-');
      const alarm = new Alarm(this, toId(name), {
        alarmName: `${prefix}-${name}`,
        alarmDescription: describe(detector),
        metric,
        threshold,
        comparisonOperator: below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods.of,
        datapointsToAlarm: periods.reached,
        treatMissingData: detector.missingData ?? TreatMissingData.NOT_BREACHING,
      });
      return { kind, severity, alarm, owner: detector.owner };
    });
  }
}

const describe = ({ kind, which }: Detector): string => {
  const subject = which === undefined || /^\d+$/.test(which) ? '' : `${which}: `;
  return `${subject}${ALARM_KINDS[kind].meaning}. ${RUNBOOK}#${kind}`;
};
