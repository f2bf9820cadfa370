import { asyncApiDocument } from '../cli/asyncapi/document.ts';
import { ENTITY_DEAD_LETTERS } from '../lambdas/core/routing-table.ts';
import { possibleEvents } from '../lambdas/providers/possible-events.ts';
import { documented } from '../lambdas/providers/shapes/documented.ts';

/**
 * The AsyncAPI document of the app as it comes: a source for each provider with a catalogue of its own, all defaults.
 *
 * @param version of Gatepost.
 */
export const shippedDocument = (version: string) => {
  const sources = Object.keys(documented).map((name) => ({ name, provider: name, settings: {} }));
  const entities = [...new Set(possibleEvents(sources).map(({ entity }) => entity))].sort();
  return asyncApiDocument({
    version,
    prefix: 'gatepost',
    sources,
    routing: { entities, entityQueues: true, consumers: [] },
    server: {
      host: 'sqs.{region}.amazonaws.com',
      pathname: '/{account}',
      protocol: 'sqs',
      description: 'The queues in your AWS account',
      variables: { region: { default: 'eu-central-1' }, account: { default: '111122223333' } },
    },
    settingsOf: () => ({
      visibilityTimeout: 30,
      maxReceiveCount: 5,
      deadLetterQueue: `gatepost-${ENTITY_DEAD_LETTERS}.fifo`,
    }),
  });
};
