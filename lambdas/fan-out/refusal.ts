import type { Delivery } from '../core/delivery.ts';

/**
 * Whether an error of SQS or DynamoDB says that this request will never be taken. A closed list, by name: SQS marks
 * throttling as the sender's fault too.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const isRefusal = (error: unknown): boolean => Error.isError(error) && REFUSALS.has(error.name);

const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidMessageContents',
  'InvalidParameterValue',
  'BatchRequestTooLong',
  'ValidationException',
  'ItemCollectionSizeLimitExceededException',
]);

/**
 * Whether an error of SQS says that a consumer's queue takes nothing: it is gone, or its policy or its key refuses fan-out.
 * Waiting for it would hold up all others. A permission that was granted a moment ago, by a deployment, may not be known
 * everywhere, so that a denial counts only if it lasts.
 *
 * @param tries how often the message was received, this try included.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export const isQueueRefusal = (error: unknown, tries: number): boolean => {
  if (isRefusal(error) || isGone(error)) return true;
  return tries >= LASTING_TRIES && Error.isError(error) && DENIALS.has(error.name);
};

/** Whether there is no such queue. */
export const isGone = (error: unknown): boolean => Error.isError(error) && error.name === 'QueueDoesNotExist';

/** With the default visibility time-out, six minutes after the first one. */
const LASTING_TRIES = 3;

const DENIALS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
]);

/** The delivery as much as is needed to claim its event: what DynamoDB refuses is in the rest. */
export const withoutContent = ({ deliveryId, source, receivedAt, replay, retry }: Delivery): Delivery => ({
  deliveryId,
  source: { ...source, settings: {} },
  receivedAt,
  body: '',
  headers: {},
  path: {},
  ...(replay !== undefined && { replay }),
  ...(retry !== undefined && { retry }),
});
