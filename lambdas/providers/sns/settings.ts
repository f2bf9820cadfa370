import * as v from 'valibot';
import { seconds } from '../shared/common-settings.ts';
import { placeFaults, placeSettings } from '../shared/place-settings.ts';
import { settingsWith, when } from '../shared/settings-with.ts';
import { TOPIC_ARN } from '../shared/sns/envelope.ts';

const SHOULD_BE_TOPIC = 'must be the ARN of an SNS topic';
const SHOULD_LIST_TOPICS = 'must be a list of at least one ARN of an SNS topic';

const SHOULD_BE_SUBJECT =
  'must be in the message, such as "body:type", or "header:subject", its subject: no header of a message of SNS is signed';

// Without an id in it, SNS's own id identifies a message, for good.
const { handshake: _, bodyForm: __, repeatWindow: ___, ...places } = placeSettings;

/**
 * The settings of a source of any SNS topic. `body:` in a place is the message that was published, if that is JSON;
 * `header:subject` is its subject.
 */
export const snsSettings = settingsWith(
  {
    ...places,

    /** The topics whose messages are accepted. */
    topicArns: v.pipe(
      v.array(v.pipe(v.string(SHOULD_BE_TOPIC), v.regex(TOPIC_ARN, SHOULD_BE_TOPIC)), SHOULD_LIST_TOPICS),
      v.minLength(1, SHOULD_LIST_TOPICS),
    ),

    /**
     * The maximum age of the SNS timestamp, in seconds. SNS retries for an hour at most. Default: 75 minutes.
     * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
     */
    maxAge: v.optional(v.pipe(seconds, v.minValue(60, 'must be at least 60 seconds')), 75 * 60),
  },
  (settings) => [
    ...placeFaults(settings),
    ...Object.entries(settings).flatMap(([setting, value]) =>
      when([value].flat().some(isOtherHeader), setting, SHOULD_BE_SUBJECT),
    ),
  ],
);

/** Headers of SNS are not signed. */
const isOtherHeader = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('header:') && value !== 'header:subject';

export type SnsOptions = v.InferInput<typeof snsSettings>;
export type SnsSettings = v.InferOutput<typeof snsSettings>;
