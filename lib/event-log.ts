import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { PARTITION_KEY, TTL_ATTRIBUTE } from '../lambdas/event-log-schema.ts';
import { checkDuration } from './checks.ts';

export interface EventLogProps {
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

  /** @throws {Error} where the retention is too short. */
  constructor(scope: Construct, id: string, { prefix, retention }: EventLogProps) {
    super(scope, id);
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
  }
}

/** The longest that a provider is known to retry is a week; twice that is on the safe side. */
const MIN_RETENTION_DAYS = 14;

const checkRetention = (retention: Duration): number => {
  checkDuration('retention', retention);
  const days = retention.toDays({ integral: false });
  if (days < MIN_RETENTION_DAYS) {
    throw new Error(
      `retention is ${days} days; it must be at least ${MIN_RETENTION_DAYS} days, because providers retry for up to a week and a retry must still find the event that it repeats`,
    );
  }
  return retention.toSeconds();
};
