import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { allow } from './node-function.ts';
import { SettingError } from './setting-error.ts';

/** A queue of the stack. */
export interface TargetQueue {
  /** Without the prefix and `.fifo`. */
  readonly name: string;
  readonly arn: string;
}

/** What allows fan-out to send: a statement of its role, or managed policies where that would be too long. */
export interface SendPermissions {
  readonly inline: readonly PolicyStatement[];
  readonly managed: readonly PolicyStatement[];
}

/**
 * The permissions to send to these queues, each by its ARN.
 *
 * @throws {SettingError} if there are more than the policies of a role can name.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const sendPermissions = (prefix: string, queues: readonly TargetQueue[]): SendPermissions => {
  if (charactersOf(prefix, queues) <= MAX_INLINE) return { inline: [allowSending(queues)], managed: [] };
  const parts = inParts(prefix, queues);
  if (parts.length > MAX_POLICIES) {
    throw new SettingError(
      `There would be ${queues.length} queues that fan-out sends to, and IAM allows ${MAX_POLICIES} policies with some 50 each: use one queue for a consumer, choose fewer events, or put some sources into a second Gatepost with another prefix`,
    );
  }
  return { inline: [], managed: parts.map(allowSending) };
};

const allowSending = (queues: readonly TargetQueue[]): PolicyStatement =>
  allow(
    ['sqs:SendMessage'],
    queues.map(({ arn }) => arn),
  );

const LONGEST_ARN = '"arn:aws:sqs:ap-southeast-2:111122223333:.fifo",';

const charactersOf = (prefix: string, queues: readonly TargetQueue[]): number =>
  queues.reduce((sum, { name }) => sum + LONGEST_ARN.length + `${prefix}-${name}`.length, 0);

/** All inline policies of a role have 10,240 characters, and the other statements take some of them. */
const MAX_INLINE = 8_000;

/** A managed policy has 6,144. */
const MAX_MANAGED = 5_900;

/** A role has ten, if the account's quota was not raised. */
const MAX_POLICIES = 10;

const inParts = (prefix: string, queues: readonly TargetQueue[]): readonly (readonly TargetQueue[])[] => {
  const parts: TargetQueue[][] = [];
  for (const queue of queues) {
    const last = parts.at(-1);
    if (last === undefined || charactersOf(prefix, [...last, queue]) > MAX_MANAGED) parts.push([queue]);
    else last.push(queue);
  }
  return parts;
};
