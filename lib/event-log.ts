import { Annotations, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  AT_ATTRIBUTE,
  ENTITY_INDEX,
  LISTED_ATTRIBUTES,
  PARTITION_KEY,
  SOURCE_INDEX,
  TTL_ATTRIBUTE,
} from '../lambdas/event-log/schema.ts';
import { checkDuration } from './checks.ts';
import { SettingError } from './setting-error.ts';
import type { ConfiguredSource } from './sources.ts';

/** The event log's indexes. Each one adds a write for every event, and one for every duplicate. */
export interface EventLogOptions {
  /**
   * Whether the events of a source can be listed by time: for `gatepost events`, replays by filter and the console.
   * Default: true.
   */
  readonly searchBySource?: boolean;
  /**
   * Whether the history of an entity, `gatepost events --entity booking --id 4711`, has an index of its own. Without it the
   * history is found by the index by source, which reads all events of the time. Default: false.
   */
  readonly searchByEntity?: boolean;
}

export interface EventLogProps extends EventLogOptions {
  readonly prefix: string;
  /** At least 14 days, and as long as a provider retries. */
  readonly retention: Duration;
}

/** In seconds. */
const DAY = 24 * 60 * 60;

/**
 * The event log: one item per event, for deduplication and history. On demand, encrypted, with point-in-time recovery,
 * protected against deletion, and retained when the stack is deleted: without it, duplicates would be routed again.
 */
export class EventLog extends Construct {
  readonly table: Table;
  readonly retentionSeconds: number;
  /** The names of its indexes. */
  readonly indexes: readonly string[];

  /** @throws {SettingError} if the retention is too short. */
  constructor(scope: Construct, id: string, props: EventLogProps) {
    super(scope, id);
    const { prefix, retention, searchBySource = true, searchByEntity = false } = props;
    this.retentionSeconds = checkRetention(retention);
    this.table = new Table(this, 'Table', {
      tableName: `${prefix}-event-log`,
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      timeToLiveAttribute: TTL_ATTRIBUTE,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const indexes = [...(searchBySource ? [SOURCE_INDEX] : []), ...(searchByEntity ? [ENTITY_INDEX] : [])];
    for (const index of indexes) this.addIndex(index);
    this.indexes = indexes.map(({ name }) => name);
  }

  private addIndex({ name, partitionKey }: typeof SOURCE_INDEX | typeof ENTITY_INDEX): void {
    this.table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: AT_ATTRIBUTE, type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...LISTED_ATTRIBUTES],
    });
  }
}

/** A queue keeps a message for so long at most, in seconds. */
const QUEUE_SECONDS = 14 * DAY;

/** The retention in seconds. @throws {SettingError} if it is no duration, or shorter than what comes again. */
const checkRetention = (retention: Duration): number => {
  checkDuration('retention', retention);
  checkAtLeast(retention.toSeconds(), QUEUE_SECONDS, 'as long as queues keep a delivery');
  return retention.toSeconds();
};

/**
 * Checks the retention against what the sources' providers document of their retries.
 *
 * @throws {SettingError} if a documented retry comes later.
 */
export const checkRetries = (
  scope: Construct,
  seconds: number,
  sources: readonly ConfiguredSource[],
): void => {
  for (const { source, provider } of sources) {
    const { retries } = provider;
    if (retries === undefined) continue;
    const { gaps, longest } = retries;
    const known = longest ?? gaps.reduce((sum, gap) => sum + gap, 0);
    checkAtLeast(
      seconds,
      known,
      `as long as the provider of source "${source.name}", ${provider.name}, retries`,
    );
    if (longest !== undefined) continue;
    Annotations.of(scope).addWarningV2(
      `gatepost:retries-${source.name}`,
      `Source "${source.name}": ${provider.name} retries ${gaps.length} times, for at least ${inDays(known)} days, and does not document for how long. A retry that comes after the retention of ${inDays(seconds)} days arrives as a second copy`,
    );
  }
};

const checkAtLeast = (seconds: number, least: number, reason: string): void => {
  if (seconds >= least) return;
  throw new SettingError(
    `retention is ${inDays(seconds)} days; it must be at least ${inDays(least)} days, ${reason}: what comes again must be recognized as a duplicate`,
  );
};

const inDays = (seconds: number): number => Math.round((seconds / DAY) * 1000) / 1000;
