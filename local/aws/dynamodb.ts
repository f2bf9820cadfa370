import { Worker } from 'node:worker_threads';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import type { Resource } from '../assembly/stack.ts';
import type { Refusal } from '../iam/refusal.ts';
import type { StackPolicies } from '../iam/stack-policies.ts';
import { explainTakenPort, LOOPBACK } from '../support/listen.ts';
import type { DynamoDbThreadData, DynamoDbThreadMessage } from './dynamodb-thread.ts';
import type { Emulator } from './emulator.ts';
import { LOCAL_CLIENT } from './endpoints.ts';

export interface LocalDynamoDb extends Emulator {
  /** Creates a table with the keys and indexes of the template, with on-demand capacity. */
  createTable(table: Resource): Promise<void>;
}

/**
 * Starts DynamoDB without tables, in its own thread: a claim takes most of a millisecond, which would delay the gateway and
 * the queues.
 *
 * @param port 0 selects a free port.
 * @throws {PortTakenError}
 */
export const startDynamoDb = async (port: number): Promise<LocalDynamoDb> => {
  const data: DynamoDbThreadData = { port };
  const thread = new Worker(new URL('./dynamodb-thread.ts', import.meta.url), {
    name: 'dynamodb',
    workerData: data,
  });
  const listening = Promise.withResolvers<number>();
  const enforcing: ((url: string) => void)[] = [];
  let refused: (refusal: Refusal) => void = () => undefined;
  thread.on('message', (message: DynamoDbThreadMessage) => {
    if (message.type === 'listening') listening.resolve(message.port);
    else if (message.type === 'enforced') enforcing.shift()?.(message.url);
    else refused(message.refusal);
  });
  thread.on('error', listening.reject);

  /** @returns the check's URL. */
  const enforce = (policies: StackPolicies): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    enforcing.push(resolve);
    thread.postMessage(policies);
    return promise;
  };

  const url = `http://${LOOPBACK}:${await explainTakenPort(port, listening.promise)}`;
  // An error in the thread ends the local stack, like one in the main thread.
  thread.off('error', listening.reject);
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: url });

  return {
    url,
    check: async (policies, onRefusal) => {
      refused = onRefusal;
      return {
        url: await enforce(policies),
        enforce: async (changed) => void (await enforce(changed)),
        // Ends with the thread.
        stop: async () => undefined,
      };
    },
    createTable: async ({ ref, properties }) => {
      const {
        KeySchema = [],
        AttributeDefinitions = [],
        GlobalSecondaryIndexes,
        LocalSecondaryIndexes,
      } = properties as TableProperties;
      await client.send(
        new CreateTableCommand({
          TableName: ref,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [...KeySchema],
          AttributeDefinitions: [...AttributeDefinitions],
          GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
            IndexName,
            KeySchema,
            Projection,
          })),
          LocalSecondaryIndexes: LocalSecondaryIndexes && [...LocalSecondaryIndexes],
        }),
      );
    },
    stop: async () => {
      client.destroy();
      await thread.terminate();
    },
  };
};

interface TableProperties {
  readonly KeySchema?: readonly KeySchemaElement[];
  readonly AttributeDefinitions?: readonly AttributeDefinition[];
  readonly GlobalSecondaryIndexes?: readonly GlobalSecondaryIndex[];
  readonly LocalSecondaryIndexes?: readonly LocalSecondaryIndex[];
}
