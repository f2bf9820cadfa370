import { Duration } from 'aws-cdk-lib';
import { SettingError } from '../setting-error.ts';

/** For how long to look, as CloudWatch counts it. */
export interface Window {
  readonly period: Duration;
  readonly evaluationPeriods: number;
}

const HOUR = 60;
const STEP = 5;
const MAX_DAYS = 7;

/**
 * The periods that make up a source's `silenceAfter`: hours where it is hours, else 5 minutes.
 *
 * @throws {SettingError} where CloudWatch could not look for so long.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export const silenceWindow = (source: string, silenceAfter: Duration): Window => {
  const minutes = silenceAfter.toMinutes({ integral: false });
  const wholeHours = minutes % HOUR === 0;
  if (minutes < 2 * STEP || minutes % STEP !== 0 || minutes > MAX_DAYS * 24 * HOUR) {
    throw new SettingError(
      `Source "${source}": silenceAfter is ${minutes} minutes; it must be a multiple of ${STEP} minutes, from ${2 * STEP} minutes to ${MAX_DAYS} days`,
    );
  }
  if (minutes > 24 * HOUR && !wholeHours) {
    throw new SettingError(
      `Source "${source}": silenceAfter is ${minutes} minutes; where it is longer than a day it must be whole hours`,
    );
  }
  return wholeHours
    ? { period: Duration.hours(1), evaluationPeriods: minutes / HOUR }
    : { period: Duration.minutes(STEP), evaluationPeriods: minutes / STEP };
};
