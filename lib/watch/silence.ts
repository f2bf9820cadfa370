import { Duration } from 'aws-cdk-lib';
import { SettingError } from '../setting-error.ts';

export interface Window {
  readonly period: Duration;
  readonly evaluationPeriods: number;
}

const HOUR = 60;
const STEP = 5;
const MAX_DAYS = 7;

/**
 * Divides a source's `silenceAfter` into periods of an hour if possible, or else of 5 minutes.
 *
 * @throws {SettingError} if CloudWatch does not support that time.
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
      `Source "${source}": silenceAfter is ${minutes} minutes; if it is longer than a day it must be whole hours`,
    );
  }
  return wholeHours
    ? { period: Duration.hours(1), evaluationPeriods: minutes / HOUR }
    : { period: Duration.minutes(STEP), evaluationPeriods: minutes / STEP };
};
