import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Objects } from '../bodies/objects.ts';
import type { RoutingTable } from '../core/routing-table.ts';
import type { Source } from '../core/source.ts';
import type { EventLogTable } from '../event-log/partition.ts';

/** The dependencies of a replay. */
export interface ReplayTools {
  readonly log: EventLogTable;
  readonly objects: Pick<Objects, 'get'>;
  readonly sqs: SQSClient;
  readonly intakeQueueUrl: string;
  /** Today's sources, by name. The events of a removed one are interpreted with its settings at that time. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Which queues get which events today. */
  readonly routing: RoutingTable;
  readonly now: () => number;
  /** Rejects to stop the replay. */
  readonly sleep: (ms: number) => Promise<void>;
}
