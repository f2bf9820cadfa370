import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { shown } from './checks.ts';
import { SettingError } from './setting-error.ts';

/** CloudWatch Logs allows only certain numbers of days. @throws {SettingError} listing them. */
export const checkLogRetention = (days: RetentionDays): void => {
  if (LENGTHS.includes(days)) return;
  throw new SettingError(
    `logRetention is ${shown(days)}; it must be one of RetentionDays, a number of days that CloudWatch Logs allows: ${LENGTHS.join(', ')} (for ever)`,
  );
};

const LENGTHS = Object.values(RetentionDays).filter((length) => typeof length === 'number');
