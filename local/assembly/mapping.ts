import type { MappingDefinition } from '../functions/event-source-mapping.ts';
import type { Resource, Stack } from './stack.ts';
import { AssemblyError } from './template.ts';

/**
 * The concurrent invocations. With fewer, fan-out falls behind the fastest sender that the local stack can serve; with
 * more, each gets a message or two instead of a batch.
 */
const CONCURRENCY = 3;

/** A poll of SQS brings ten messages at most; only standard queues could fill larger batches. */
const MAX_BATCH_SIZE = 10;

/**
 * Reads an event source mapping of the template.
 *
 * @throws {AssemblyError} where the source is no queue of the template, or messages are to be filtered.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export const readMapping =
  (stack: Stack) =>
  ({ logicalId, properties }: Resource): MappingDefinition & { readonly functionName: string } => {
    const { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes, FilterCriteria } =
      properties as MappingProperties;
    const queue = stack
      .resources('AWS::SQS::Queue')
      .find(({ attribute }) => attribute('Arn') === EventSourceArn);
    if (queue === undefined) throw new AssemblyError(`${logicalId}: its source is no queue of the template`);
    if (FilterCriteria !== undefined)
      throw new AssemblyError(`${logicalId}: the local stack does not filter messages`);
    return {
      queueUrl: queue.ref,
      queueArn: queue.attribute('Arn'),
      functionName: String(FunctionName),
      batchSize: Math.min(Number(BatchSize ?? MAX_BATCH_SIZE), MAX_BATCH_SIZE),
      reportsFailures: FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      concurrency: CONCURRENCY,
    };
  };

interface MappingProperties {
  readonly EventSourceArn?: string;
  readonly FunctionName?: string;
  readonly BatchSize?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: unknown;
}
