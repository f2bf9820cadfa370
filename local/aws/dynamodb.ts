import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { Resource } from '../assembly/stack.ts';
import { LOOPBACK, listen } from '../listen.ts';
import { readBody } from '../read-body.ts';
import { LOCAL_CLIENT } from './endpoints.ts';

/** DynamoDB on this machine. */
export interface LocalDynamoDb {
  readonly url: string;
  readonly server: Server;
  /** Creates a table with the keys and indexes that the template gives it; always on demand. */
  createTable(table: Resource): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB, with no table in it.
 *
 * @param port 0 takes a free one.
 * @throws {PortTakenError}
 */
export const startDynamoDb = async (port: number): Promise<LocalDynamoDb> => {
  const server = dynalite({ createTableMs: 0 });
  wholeRequestsOnly(server);
  const url = `http://${LOOPBACK}:${await listen(server, port)}`;
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: url });

  return {
    url,
    server,
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
      const closed = new Promise<void>((resolve, reject) =>
        server.close((error) => (error ? reject(error) : resolve())),
      );
      server.closeAllConnections();
      await closed;
    },
  };
};

interface TableProperties {
  readonly KeySchema?: readonly KeySchemaElement[];
  readonly AttributeDefinitions?: readonly AttributeDefinition[];
  readonly GlobalSecondaryIndexes?: readonly GlobalSecondaryIndex[];
  readonly LocalSecondaryIndexes?: readonly LocalSecondaryIndex[];
}

/**
 * Hands a request on only when all of it is there. dynalite throws where a client breaks off in the middle of one, as a
 * function does when its time is up, and nobody could catch that.
 */
const wholeRequestsOnly = (server: Server): void => {
  const [handle] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    // What has passed the check has been read once.
    if (request.complete) return void handle?.call(server, request, response);
    let body: Buffer;
    try {
      body = await readBody(request);
    } catch {
      // Whoever asked has gone; there is nobody to tell.
      return;
    }
    const { method, url, headers } = request;
    handle?.call(server, Object.assign(Readable.from([body]), { method, url, headers }), response);
  });
};
