import { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BODIES } from '../lambdas/bodies/keys.ts';
import { CONFIGURATION_FILE, type Configuration } from '../lambdas/console/configuration.ts';
import type { RoutingTable } from '../lambdas/core/routing-table.ts';
import { ENTITY_INDEX, SOURCE_INDEX } from '../lambdas/event-log/schema.ts';
import type { Bodies } from './bodies.ts';
import type { EventLog } from './event-log.ts';
import { allow, NodeFunction } from './node-function.ts';
import type { ConfiguredSource } from './sources.ts';

export interface ConsoleProps {
  readonly prefix: string;
  readonly sources: readonly ConfiguredSource[];
  readonly eventLog: EventLog;
  readonly bodies: Bodies;
  readonly routing: RoutingTable;
  readonly intakeQueue: IQueue;
  readonly ingests: readonly NodeFunction[];
  readonly fanOut: NodeFunction;
  /** Opens rejected deliveries and checks them again; undefined if none are kept. */
  readonly retries: NodeFunction | undefined;
  /** Whether to show payloads. */
  readonly payloads: boolean;
  readonly logRetention: RetentionDays;
}

/**
 * The events on the dashboard: a function that shows them, and one that replays them. CloudWatch calls both with the
 * viewer's permissions: `lambda:InvokeFunction` on the first allows reading, on the second replaying. The first lists
 * rejected deliveries too; its buttons call the function that checks them again, which has permissions of its own.
 */
export class Console extends Construct {
  readonly view: NodeFunction;
  readonly replay: NodeFunction;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    const { prefix, sources, eventLog, bodies, payloads, logRetention } = props;
    const configuration: Configuration = {
      sources: sources.map(({ source }) => source),
      routing: props.routing,
    };
    const common = {
      // The environment is too small for many sources.
      files: { [CONFIGURATION_FILE]: JSON.stringify(configuration) },
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention,
    };
    const { tableName, tableArn } = eventLog.table;

    const readBodies = { action: 's3:GetObject', bucket: bodies.bucket, folder: BODIES } as const;

    this.replay = new NodeFunction(this, 'Replay', {
      ...common,
      functionName: `${prefix}-replay`,
      description: 'Replays an event from the event log, for the dashboard',
      entry: 'lambdas/console/replay-handler.ts',
      environment: { EVENT_LOG_TABLE: tableName, INTAKE_QUEUE_URL: props.intakeQueue.queueUrl },
      statements: [
        allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [tableArn]),
        allow(['sqs:SendMessage'], [props.intakeQueue.queueArn]),
      ],
      objects: [readBodies],
    });
    this.view = new NodeFunction(this, 'View', {
      ...common,
      functionName: `${prefix}-console`,
      description: 'Lists and shows events, for the dashboard',
      entry: 'lambdas/console/handler.ts',
      environment: {
        EVENT_LOG_TABLE: tableName,
        FAN_OUT_LOG_GROUP: props.fanOut.logGroup.logGroupName,
        REPLAY_FUNCTION_ARN: this.replay.functionArn,
        ...(props.retries !== undefined && { REJECTED_FUNCTION_ARN: props.retries.functionArn }),
        PAYLOADS: payloads ? 'shown' : 'hidden',
      },
      objects: payloads ? [readBodies] : [],
      statements: [
        allow(
          ['dynamodb:Query'],
          [SOURCE_INDEX, ENTITY_INDEX].map(({ name }) => `${tableArn}/index/${name}`),
        ),
        allow(['dynamodb:GetItem'], [tableArn]),
        allow(
          ['logs:FilterLogEvents'],
          [...props.ingests, props.fanOut].map(({ logGroup }) => logGroup.logGroupArn),
        ),
      ],
    });
  }
}

/** Long searches return partial results before that. */
const TIMEOUT_SECONDS = 30;
