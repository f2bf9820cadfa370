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

/** By what the event log can be searched. Each way is one more write an event, and as much again a duplicate. */
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
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  /** How long an event is remembered: at least 14 days. */
  readonly retention: Duration;
}

/**
 * The event log: one item an event, which tells a duplicate and is the history. On demand, encrypted, restorable to any
 * second of the last 35 days, protected against deletion, and retained when the stack goes: without it every event that
 * a provider repeats would be routed again.
 */
export class EventLog extends Construct {
  readonly table: Table;
  /** How long an event is remembered, in seconds. */
  readonly retentionSeconds: number;
  /** The names of its indexes, each of which is written to beside the table. */
  readonly indexes: readonly string[];

  /** @throws {SettingError} where the retention is too short. */
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

/** The longest that a provider is known to retry is a week; twice that is on the safe side. */
const MIN_RETENTION_DAYS = 14;

const checkRetention = (retention: Duration): number => {
  checkDuration('retention', retention);
  const days = retention.toDays({ integral: false });
  if (days < MIN_RETENTION_DAYS) {
    throw new SettingError(
      `retention is ${days} days; it must be at least ${MIN_RETENTION_DAYS} days, because providers retry for up to a week and a retry must still find the event that it repeats`,
    );
  }
  return retention.toSeconds();
};
