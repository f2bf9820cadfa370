import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { asyncApiDocument, type QueueSettings } from './document.ts';

/** Prints the AsyncAPI document of a deployment, as JSON. Only the queues' settings are read from SQS. */
export const describeDeployment = async (context: Context): Promise<void> => {
  const deployment = await context.deployment();
  const [routing, settings] = await Promise.all([deployment.routing(), settingsOfQueues(deployment)]);
  const { prefix, sources, intakeQueueUrl } = deployment;
  const { protocol, host, pathname } = new URL(intakeQueueUrl);
  const document = asyncApiDocument({
    version: await ownVersion(),
    prefix,
    sources,
    routing,
    server: {
      host,
      pathname: pathname.slice(0, pathname.lastIndexOf('/')),
      protocol: 'sqs',
      description: `The queues of ${deployment.name}, over ${protocol.slice(0, -1)}`,
    },
    settingsOf: (queue) => settings.get(queue) ?? missing(queue),
  });
  context.show(document, () => JSON.stringify(document, undefined, 2));
};

const settingsOfQueues = async ({
  clients,
  queues,
}: Deployment): Promise<ReadonlyMap<string, QueueSettings>> => {
  const sqs = new SQSClient(clients.sqs);
  return new Map(
    await Promise.all(
      Object.entries(queues).map(async ([queue, url]) => [queue, await readSettings(sqs, url)] as const),
    ),
  );
};

const readSettings = async (sqs: SQSClient, url: string): Promise<QueueSettings> => {
  const { Attributes: { VisibilityTimeout, RedrivePolicy = '{}' } = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
  );
  const { deadLetterTargetArn = '', maxReceiveCount } = JSON.parse(RedrivePolicy) as {
    readonly deadLetterTargetArn?: string;
    /** SQS writes it as it was set, as a number or as text. */
    readonly maxReceiveCount?: number | string;
  };
  return {
    visibilityTimeout: Number(VisibilityTimeout),
    maxReceiveCount: Number(maxReceiveCount),
    deadLetterQueue: deadLetterTargetArn.slice(deadLetterTargetArn.lastIndexOf(':') + 1),
  };
};

const missing = (queue: string): never => {
  throw new Error(`the routing table has the queue ${queue}, and no output does`);
};

const ownVersion = async (): Promise<string> => {
  const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};
