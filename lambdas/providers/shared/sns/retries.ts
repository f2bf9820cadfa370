import type { Retries } from '../../provider.ts';

/**
 * By default SNS retries an HTTPS delivery three times, 20 seconds apart. A topic may retry for up to an hour, which
 * `maxAge` allows for.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const snsRetries: Retries = { gaps: [20, 20, 20], longest: 60 * 60 };
