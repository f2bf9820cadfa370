import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Source } from '../core/source.ts';
import type { EventLogTable } from '../event-log/partition.ts';

/** What a replay works with. */
export interface ReplayTools {
  readonly log: EventLogTable;
  readonly sqs: SQSClient;
  readonly intakeQueueUrl: string;
  /** The sources that are configured today, by name. What came to another one is read by the settings of its time. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The entities that have a queue today. */
  readonly entities: ReadonlySet<string>;
  /** The clock, in ms. */
  readonly now: () => number;
  /** Waits that many ms. Rejects where the replay is to end. */
  readonly sleep: (ms: number) => Promise<void>;
}
