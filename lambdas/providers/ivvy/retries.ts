/**
 * SNS retries an HTTPS delivery three times, 20 seconds apart. A publisher can ask for more, up to an hour in all
 * (`maxAge` allows for that); iVvy doesn't say that it does.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const snsRetries: readonly number[] = [20, 20, 20];
