import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { SettingError } from './setting-error.ts';

/**
 * Checks how long logs are kept. CloudWatch Logs takes none but certain numbers of days.
 *
 * @throws {SettingError} that names them.
 */
export const checkLogRetention = (days: RetentionDays): void => {
  if (LENGTHS.includes(days)) return;
  throw new SettingError(
    `logRetention is ${days}; it must be one of RetentionDays, a number of days that CloudWatch Logs knows: ${LENGTHS.join(', ')} (for ever)`,
  );
};

const LENGTHS = Object.values(RetentionDays).filter((length) => typeof length === 'number');
