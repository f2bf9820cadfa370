import { asyncApiDocument, type DescribedApp } from '../../../cli/asyncapi/document.ts';
import { ASYNCAPI, generatedFiles } from '../../../docs/generated-files.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of a hundred shapes; a wrong guess fails the test
export type Json = any;

/** The document of the shipped app, as docs/ has it. */
export const shipped: Json = JSON.parse(generatedFiles().get(ASYNCAPI) ?? '');

const APP: DescribedApp = {
  version: '1.2.3',
  prefix: 'shop',
  sources: [
    { name: 'altoviz', provider: 'altoviz', settings: { events: ['contact.*', 'InvoiceCreated'] } },
    {
      name: 'github',
      provider: 'hmac',
      settings: {
        name: 'github',
        catalogue: { 'issues.opened': 'issue.opened' },
        header: 'x',
        eventName: 'y',
      },
    },
  ],
  routing: {
    entities: ['contact', 'invoice', 'issue'],
    entityQueues: false,
    consumers: [
      { name: 'crm', events: ['contact.*', 'altoviz.invoice.created'], queues: 'one' },
      { name: 'billing', events: ['invoice.created'], queues: 'one' },
      { name: 'audit', events: ['*'], queues: 'per-entity' },
    ],
  },
  server: { host: 'sqs.eu-central-1.amazonaws.com', protocol: 'sqs' },
  settingsOf: (queue) => ({
    visibilityTimeout: 90,
    maxReceiveCount: 7,
    deadLetterQueue: `shop-${queue.split('_')[0]}-dlq.fifo`,
  }),
};

/** That of another app, with consumers. */
export const own: Json = asyncApiDocument(APP);
