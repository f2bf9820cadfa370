import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Console } from '../console.ts';
import type { EventLog } from '../event-log.ts';
import type { Gate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { Rejected } from '../rejected.ts';
import type { ConfiguredSource } from '../sources.ts';

/** What alarms and dashboard observe. */
export interface Watched {
  readonly prefix: string;
  readonly gate: Gate;
  readonly intake: Intake;
  readonly eventLog: EventLog;
  /**
   * The queues of consumers. A message that stays in one of them for too long raises an alarm. Each queue costs a metric of
   * an alarm, so list only queues that a consumer reads.
   */
  readonly queues: readonly WatchedQueue[];
  /** Where the messages go that consumers gave up on. */
  readonly deadLetterQueues: readonly WatchedQueue[];
  readonly unrecognized: IQueue;
  /** Undefined if no source keeps rejected deliveries. */
  readonly rejected: Rejected | undefined;
  readonly console: Console | undefined;
  readonly sources: readonly ConfiguredSource[];
}

export interface WatchedQueue {
  /** Its label on the dashboard. */
  readonly name: string;
  readonly queue: IQueue;
  /** The consumer that is told of its own alarms. Absent if only the topics of all alarms are. */
  readonly owner?: string;
}

/** With the count of throttled requests, from the gate's access log. */
export interface WatchedWithThrottled extends Watched {
  readonly throttled: IMetric;
}
