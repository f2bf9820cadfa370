import type { Duration } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** Whether it is a length of time. Not by its class, which is another one in another copy of the library. */
export const isDuration = (value: unknown): value is Duration =>
  typeof value === 'object' && value !== null && 'toSeconds' in value;

/** Whether it is a whole number of something that there has to be at least one of. */
export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

/**
 * Checks that a length of time says its unit.
 *
 * @param name the prop, as the customer wrote it.
 * @throws {SettingError} where it is a number.
 */
export const checkDuration = (name: string, value: Duration): void => {
  if (isDuration(value)) return;
  throw new SettingError(
    `${name} is ${value}; it must be a Duration, such as Duration.days(30) or Duration.minutes(3)`,
  );
};

/**
 * Checks how often a message may be received.
 *
 * @param name the prop, as the customer wrote it.
 * @throws {SettingError} where SQS would refuse it.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const checkMaxReceiveCount = (name: string, count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return;
  throw new SettingError(`${name} is ${count}; it must be a whole number from 1 to 1000`);
};

/**
 * Checks that a role may be allowed to send to so many queues.
 *
 * @param names the queues' names.
 * @throws {SettingError} where the policy could not fit into what IAM allows a role, which would only show on deploying.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const checkPolicySize = (names: readonly string[]): void => {
  const characters = names.map((name) => `"${LONGEST_QUEUE_ARN}${name}",`).join('').length;
  if (characters <= MAX_ARN_CHARACTERS) return;
  throw new SettingError(
    `${names.length} queues take ${characters} characters of the policy of fan-out's role; they must take ${MAX_ARN_CHARACTERS} at most, because IAM allows 10,240 for all of it: put some sources into a second Gatepost with another prefix`,
  );
};

const LONGEST_QUEUE_ARN = 'arn:aws:sqs:ap-southeast-2:111122223333:';
/** What is left of 10,240 beside the other statements. */
const MAX_ARN_CHARACTERS = 9_200;

/**
 * Checks the names and values that a function is started with.
 *
 * @param what the part of the configuration that they come from.
 * @throws {SettingError} where they could not fit into the 4 KB that Lambda allows, which would only show on deploying.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const checkEnvironmentSize = (what: string, value: string): void => {
  const bytes = Buffer.byteLength(value);
  if (bytes <= MAX_VALUE_BYTES) return;
  throw new SettingError(
    `${what} takes ${bytes} bytes of the function's environment; it must take ${MAX_VALUE_BYTES} at most, because Lambda allows 4 KB for all of it`,
  );
};

/** What is left of 4,096 bytes beside the names and the URLs and ARNs, which are not known yet. */
const MAX_VALUE_BYTES = 3_200;
