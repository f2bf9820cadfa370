import { App } from 'aws-cdk-lib';
import { GatepostStack } from '../../lib/gatepost-stack.ts';
import { github, slack } from '../lambdas/providers/hmac/declarations.ts';
import { bank, bot, gitlab, hubspot, meta, orders } from './support/declared-sources.ts';

/**
 * The app under test: the sources that ship, and beside them one for each setting that changes an answer. Synthesized
 * once a run, like any other app.
 */
const app = new App();

new GatepostStack(app, 'GatepostUnderTest', {
  sources: {
    ivvy: { provider: 'ivvy', accountIds: ['14'] },
    'ivvy-strict': { provider: 'ivvy', accountIds: ['14'], innerSignature: 'require' },
    'ivvy-pinned': {
      provider: 'ivvy',
      accountIds: ['14'],
      topicArns: [
        'arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_d4959ffe27f4a760733babdf1fa7fbbd354d4f62_NotifCompanies',
      ],
    },
    altoviz: { provider: 'altoviz' },
    'altoviz-unset': { provider: 'altoviz' },
    'altoviz-elsewhere': { provider: 'altoviz', sourceIps: ['20.23.10.180', '20.23.10.181'] },
    ivy: { provider: 'ivy' },
    'ivy-sandbox': { provider: 'ivy' },
    augustus: { provider: 'augustus' },
    avaza: { provider: 'avaza' },
    'standard-webhooks': {
      provider: 'standard-webhooks',
      name: 'acme',
      entityIdField: 'data.id',
      catalogue: { 'contact.created': 'contact.created' },
    },
    // GitHub and Slack, as docs/providers.md declares them.
    hmac: github,
    slack,
    // The generic providers, each as a sender that signs in its way.
    token: gitlab,
    'public-key': bot,
    jwt: bank,
    sns: orders,
    meta,
    hubspot,
  },
  consumers: {
    crm: { events: ['altoviz.contact.*', 'altoviz.customer.*'] },
    billing: { events: ['altoviz:invoice.created', 'altoviz:contact.created'], accounts: ['222233334444'] },
    audit: { events: ['altoviz:*'], queues: 'per-entity' },
  },
  // A test that looks at the DLQ doesn't wait for the twelve hours of the default.
  intake: { maxReceiveCount: 6 },
  // So many sources have more alarms than a stack has room for, and the local stack raises none.
  alarms: { thresholds: { 'ingest-slow': { ticket: false }, 'ingest-errors': { page: false } } },
});
