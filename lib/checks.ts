/**
 * Checks how often a message may be received.
 *
 * @param name the prop, as the customer wrote it.
 * @throws {Error} where SQS would refuse it.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const checkMaxReceiveCount = (name: string, count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return;
  throw new Error(`${name} is ${count}; it must be a whole number from 1 to 1000`);
};

/**
 * Checks the names and values that a function is started with.
 *
 * @param what the part of the configuration that they come from.
 * @throws {Error} where they could not fit into the 4 KB that Lambda allows, which would only show on deploying.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const checkEnvironmentSize = (what: string, value: string): void => {
  const bytes = Buffer.byteLength(value);
  if (bytes <= MAX_VALUE_BYTES) return;
  throw new Error(
    `${what} takes ${bytes} bytes of the function's environment; it must take ${MAX_VALUE_BYTES} at most, because Lambda allows 4 KB for all of it`,
  );
};

/** What is left of 4,096 bytes beside the names and the URLs and ARNs, which are not known yet. */
const MAX_VALUE_BYTES = 3_200;
