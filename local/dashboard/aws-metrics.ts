/** A value of a metric that AWS would have. */
export interface AwsSample {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS';
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * What Lambda and SQS would count of what a log line tells. No service counts on this machine, and the dashboard reads what
 * comes and goes from AWS. A message with several events is counted once for each.
 */
export const awsSamples = (
  functionName: string,
  { outcome, answerMs, entity }: Readonly<Record<string, unknown>>,
): readonly AwsSample[] => {
  const [, prefix, stage] = /^(.+)-(ingest|fan-out)(?:-.+)?$/.exec(functionName) ?? [];
  if (prefix === undefined || typeof outcome !== 'string') return [];
  const intake = `${prefix}-intake.fifo`;
  if (stage === 'ingest') {
    return [
      ...(typeof answerMs === 'number'
        ? [ofFunction(functionName, 'Invocations', 1), ofFunction(functionName, 'Duration', answerMs)]
        : []),
      ...(outcome === 'accepted' ? [ofQueue(intake, 'NumberOfMessagesSent')] : []),
    ];
  }
  return [
    ...(DONE.has(outcome) ? [ofQueue(intake, 'NumberOfMessagesDeleted')] : []),
    ...(outcome === 'routed' && typeof entity === 'string'
      ? [ofQueue(`${prefix}-${entity}.fifo`, 'NumberOfMessagesSent')]
      : []),
  ];
};

/** Fan-out is done with the event. */
const DONE: ReadonlySet<string> = new Set(['routed', 'duplicate', 'empty']);

const ofFunction = (FunctionName: string, name: string, value: number): AwsSample => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName },
  value,
});

const ofQueue = (QueueName: string, name: string): AwsSample => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName },
  value: 1,
});
