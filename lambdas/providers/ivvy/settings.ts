import * as v from 'valibot';
import { commonSettings, seconds, settingsObject } from '../shared/common-settings.ts';

const SHOULD_BE_REGION = 'must be an AWS region, such as "ap-southeast-2"';
const SHOULD_BE_OWNER = 'must be an AWS account id as a string: twelve digits';
const SHOULD_BE_TOPIC = 'must be the ARN of an SNS topic';

export const ivvySettings = settingsObject({
  ...commonSettings,

  /** The iVvy accounts whose notifications are accepted, at least one. */
  accountIds: v.pipe(
    v.array(
      v.pipe(
        v.string('must be a list of iVvy account ids as strings, such as ["14"]'),
        v.regex(/^\d{1,20}$/, 'must be an iVvy account id: digits only, such as "14"'),
      ),
      'must be a list of iVvy account ids, such as ["14"]',
    ),
    v.minLength(1, 'must list at least one iVvy account id, such as ["14"]'),
  ),

  /** The AWS regions of iVvy's topics. Default: `ap-southeast-2`. */
  regions: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(SHOULD_BE_REGION), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, SHOULD_BE_REGION)),
        'must be a list of AWS regions, such as ["ap-southeast-2"]',
      ),
      v.minLength(1, 'must list at least one AWS region, such as "ap-southeast-2"'),
    ),
    ['ap-southeast-2'],
  ),

  /** The AWS account that owns iVvy's topics: 12 digits. Default: the one in iVvy's documentation. */
  topicOwner: v.optional(
    v.pipe(v.string(SHOULD_BE_OWNER), v.regex(/^\d{12}$/, SHOULD_BE_OWNER)),
    '232528047142',
  ),

  /**
   * The exact topics, as in iVvy's response to `subscribeToNotifications`. Default: any topic with the right owner, region,
   * account and name.
   */
  topicArns: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(SHOULD_BE_TOPIC),
          v.regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, SHOULD_BE_TOPIC),
        ),
        'must be a list of the ARNs of SNS topics',
      ),
      v.minLength(1, 'must list at least one topic; leave it out to check owner, region and account instead'),
    ),
  ),

  /**
   * The maximum age of the SNS timestamp, in seconds. SNS retries for an hour at most. Default: 75 minutes.
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
   */
  maxAge: v.optional(v.pipe(seconds, v.minValue(60, 'must be at least 60 seconds')), 75 * 60),

  /**
   * How to handle iVvy's own signature inside the SNS message: `report` logs and counts the result, `require` also rejects,
   * `off` skips the check. Its algorithm is from the vendor's code, and not tested against the live service.
   * Default: `report`.
   */
  innerSignature: v.optional(
    v.picklist(['require', 'report', 'off'], 'must be "require", "report" or "off"'),
    'report',
  ),
});

export type IvvyOptions = v.InferInput<typeof ivvySettings>;
export type IvvySettings = v.InferOutput<typeof ivvySettings>;
