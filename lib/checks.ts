import { inspect } from 'node:util';
import type { Duration } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** A value of a customer's, in one line of an error message. */
export const shown = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value)
    : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });

/** @param name the prop's name. @throws {SettingError} if the value is neither undefined nor a boolean. */
export const checkBoolean = (name: string, value: unknown): void => {
  if (value === undefined || typeof value === 'boolean') return;
  throw new SettingError(`${name} is ${shown(value)}; it must be true or false`);
};

/**
 * @param name the prop's name.
 * @param example the end of the message. Default: none.
 * @throws {SettingError} if the value is not an object, or is a list.
 */
export const checkObject = (name: string, value: unknown, example = ''): void => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new SettingError(`${name} is ${shown(value)}; it must be an object${example}`);
};

/** Whether it is a Duration. Doesn't use instanceof, because the app may have another copy of the library. */
export const isDuration = (value: unknown): value is Duration =>
  typeof value === 'object' &&
  value !== null &&
  'toSeconds' in value &&
  typeof value.toSeconds === 'function';

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

/** @param name the prop's name. @throws {SettingError} if the value is not a Duration of whole seconds. */
export const checkDuration = (name: string, value: Duration): void => {
  if (!isDuration(value)) {
    throw new SettingError(
      `${name} is ${shown(value)}; it must be a Duration, such as Duration.days(30) or Duration.minutes(3)`,
    );
  }
  if (value.isUnresolved() || !isCount(value.toSeconds({ integral: false }))) {
    throw new SettingError(`${name} must be a whole number of seconds, known when the app is synthesized`);
  }
};

/**
 * @param name the prop's name.
 * @throws {SettingError} if SQS would refuse it.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const checkMaxReceiveCount = (name: string, count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return;
  throw new SettingError(`${name} is ${shown(count)}; it must be a whole number from 1 to 1000`);
};

/**
 * Checks that a value fits into a function's environment. Otherwise only the deployment would fail.
 *
 * @param what the subject of the error message.
 * @throws {SettingError} if it is too large.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const checkEnvironmentSize = (what: string, value: string): void => {
  const bytes = Buffer.byteLength(value);
  if (bytes <= MAX_VALUE_BYTES) return;
  throw new SettingError(
    `${what} takes ${bytes} bytes of the function's environment; it must take ${MAX_VALUE_BYTES} at most, because Lambda allows 4 KB for all of it`,
  );
};

/** 4,096 bytes, less the names, URLs and ARNs, which are not known yet. */
const MAX_VALUE_BYTES = 3_200;
