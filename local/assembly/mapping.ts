import type { MappingDefinition } from '../functions/event-source-mapping.ts';
import type { Resource, Stack } from './stack.ts';
import { AssemblyError } from './template.ts';

/** With less, fan-out is slower than the fastest sender; with more, each invocation gets one or two messages instead of a batch. */
const CONCURRENCY = 3;

/** The maximum of a poll. Only standard queues can have larger batches. */
const MAX_BATCH_SIZE = 10;

/**
 * Reads an event source mapping of the template.
 *
 * @throws {AssemblyError} where the source is not a queue of the template, or there is a filter.
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
    if (queue === undefined)
      throw new AssemblyError(`${logicalId}: its source is not a queue of the template`);
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
