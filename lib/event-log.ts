import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
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

/** The event log's indexes. Each one adds a write for every event, and one for every duplicate. */
export interface EventLogOptions {
  /**
   * Whether the events of a source can be listed by time: for `gatepost events`, replays by filter and the console.
   * Default: true.
   */
  readonly searchBySource?: boolean;
  /** Whether the history of an entity can be listed: `gatepost events --entity booking --id 4711`. Default: true. */
  readonly searchByEntity?: boolean;
}

export interface EventLogProps extends EventLogOptions {
  readonly prefix: string;
  /** At least 14 days. */
  readonly retention: Duration;
}

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
    const { prefix, retention, searchBySource = true, searchByEntity = true } = props;
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

/** Twice the longest known retry period of a provider. */
const MIN_RETENTION_DAYS = 14;

const checkRetention = (retention: Duration): number => {
  checkDuration('retention', retention);
  const days = retention.toDays({ integral: false });
  if (days < MIN_RETENTION_DAYS) {
    throw new SettingError(
      `retention is ${days} days; it must be at least ${MIN_RETENTION_DAYS} days, because providers retry for up to a week, and a retry must be recognized as a duplicate`,
    );
  }
  return retention.toSeconds();
};
