import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { toId } from '../ids.ts';
import { ALARM_KINDS, type AlarmKind, RUNBOOK, SEVERITIES, type Severity } from './alarm-kinds.ts';
import { type Detector, detectors } from './detectors.ts';
import { type AlarmThresholds, checkThresholds, levelsOf } from './thresholds.ts';
import type { WatchedWithThrottled } from './watched.ts';

export interface AlarmsProps {
  readonly watched: WatchedWithThrottled;
  readonly thresholds: AlarmThresholds;
}

export interface WatchingAlarm {
  readonly kind: AlarmKind;
  readonly severity: Severity;
  readonly alarm: Alarm;
}

/**
 * The alarms of every stage, and a composite alarm per severity. Only the composites notify, so that a cause that raises
 * several alarms causes one notification.
 */
export class Alarms extends Construct {
  readonly all: readonly WatchingAlarm[];
  /** The composite alarms, without severities that have no alarm. */
  readonly bySeverity: ReadonlyMap<Severity, CompositeAlarm>;

  /** @throws {SettingError} if a threshold is wrong. */
  constructor(scope: Construct, id: string, { watched, thresholds }: AlarmsProps) {
    super(scope, id);
    checkThresholds(thresholds);
    this.all = detectors(watched).flatMap((detector) => this.addAlarms(detector, watched.prefix, thresholds));
    this.bySeverity = new Map(
      SEVERITIES.flatMap((severity) => {
        const composite = this.addComposite(severity, watched.prefix);
        return composite === undefined ? [] : [[severity, composite]];
      }),
    );
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
      return { kind, severity, alarm };
    });
  }

  private addComposite(severity: Severity, prefix: string): CompositeAlarm | undefined {
    const alarms = this.all.filter((one) => one.severity === severity).map(({ alarm }) => alarm);
    if (alarms.length === 0) return undefined;
    const parts = chunks(alarms, MAX_CHILDREN);
    const children: readonly IAlarm[] =
      parts.length === 1
        ? alarms
        : parts.map(
            (part, index) =>
              new CompositeAlarm(this, toId(`any-${severity}-${index + 1}`), {
                compositeAlarmName: `${prefix}-${severity}-${index + 1}`,
                alarmDescription: `Part ${index + 1} of the alarms at severity ${severity}. ${RUNBOOK}`,
                alarmRule: anyOf(part),
              }),
          );
    return new CompositeAlarm(this, toId(`any-${severity}`), {
      compositeAlarmName: compositeName(prefix, severity),
      alarmDescription: `${URGENCY[severity]}. The dashboard shows the stage. ${RUNBOOK}`,
      alarmRule: anyOf(children),
    });
  }
}

export const compositeName = (prefix: string, severity: Severity): string => `${prefix}-${severity}`;

const URGENCY: Readonly<Record<Severity, string>> = {
  page: 'Deliveries fail or processing has stopped: act now',
  ticket: 'Look at it in working hours; nothing is lost meanwhile',
};

/** A rule may have 10,240 characters, and the longest ARN has about 150. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const MAX_CHILDREN = 65;

const describe = ({ kind, which }: Detector): string => {
  const subject = which === undefined || /^\d+$/.test(which) ? '' : `${which}: `;
  return `${subject}${ALARM_KINDS[kind].meaning}. ${RUNBOOK}#${kind}`;
};

const anyOf = (alarms: readonly IAlarm[]) =>
  AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM)));

const chunks = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
