import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import type { Resource } from '../assembly/stack.ts';
import { startCheck } from '../iam/check.ts';
import { explainTakenPort, LOOPBACK } from '../support/listen.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';
import type { Emulator } from './emulator.ts';
import { ACCOUNT_ID, LOCAL_CLIENT, REGION } from './endpoints.ts';

export interface LocalSqs extends Emulator {
  queueUrl(name: string): string;
  /** Creates a queue with the attributes of the template. Its dead-letter queue may be created later. */
  createQueue(queue: Resource): Promise<void>;
}

/**
 * Starts SQS without queues.
 *
 * @param port 0 selects a free port.
 * @throws {PortTakenError}
 */
export const startSqs = async (port: number): Promise<LocalSqs> => {
  const app = buildApp({ logger: false, defaultRegion: REGION });
  // fauxqs uses the host sqs.<region>.localhost in its URLs, which does not resolve everywhere.
  app.addHook('preSerialization', async ({ headers }, _reply, payload) =>
    namedByAddress(payload, headers.host ?? ''),
  );
  // fauxqs looks for a queue in the region that the client signed for. The local stack has one region.
  app.addHook('onRequest', async ({ headers }) => {
    headers.authorization = headers.authorization?.replace(
      /(Credential=[^,]*?\/\d{8}\/)[^/]+\//,
      `$1${REGION}/`,
    );
  });
  ownRequestsOnly(app.server);
  const url = await explainTakenPort(port, app.listen({ host: LOOPBACK, port }));
  const client = new SQSClient({ ...LOCAL_CLIENT, endpoint: url });

  return {
    url,
    check: (policies, refused) => startCheck('sqs', app.server, policies, refused),
    queueUrl: (name) => `${url}/${ACCOUNT_ID}/${name}`,
    createQueue: async ({ attribute, properties }) => {
      await client.send(
        new CreateQueueCommand({ QueueName: attribute('QueueName'), Attributes: toAttributes(properties) }),
      );
    },
    stop: async () => {
      client.destroy();
      await app.close();
    },
  };
};

/** The properties of `AWS::SQS::Queue` that are not attributes. */
const NO_ATTRIBUTES = new Set(['QueueName', 'Tags']);

/** `AWS::SQS::Queue` has properties with the names of CreateQueue's attributes, but with other types. */
const toAttributes = (properties: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !NO_ATTRIBUTES.has(name))
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );

const namedByAddress = (payload: unknown, host: string): unknown => {
  if (typeof payload !== 'object' || payload === null) return payload;
  const rename = (url: unknown) => String(url).replace(/^http:\/\/[^/]+/, `http://${host}`);
  if ('QueueUrl' in payload) return { ...payload, QueueUrl: rename(payload.QueueUrl) };
  if ('QueueUrls' in payload && Array.isArray(payload.QueueUrls))
    return { ...payload, QueueUrls: payload.QueueUrls.map(rename) };
  return payload;
};
