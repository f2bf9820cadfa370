import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Console } from '../console.ts';
import type { Consumers } from '../consumers.ts';
import type { EntityQueues } from '../entity-queues.ts';
import type { EventLog } from '../event-log.ts';
import type { Gate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { ConfiguredSource } from '../sources.ts';

/** What alarms and dashboard observe. */
export interface Watched {
  readonly prefix: string;
  readonly gate: Gate;
  readonly intake: Intake;
  readonly eventLog: EventLog;
  readonly entityQueues: EntityQueues;
  readonly consumers: Consumers;
  readonly console: Console | undefined;
  readonly sources: readonly ConfiguredSource[];
}

/** With the count of throttled requests, from the gate's access log. */
export interface WatchedWithThrottled extends Watched {
  readonly throttled: IMetric;
}
