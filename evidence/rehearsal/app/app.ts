import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { GatepostProps } from '../../../lib/gatepost-props.ts';
import { GatepostStack } from '../../../lib/gatepost-stack.ts';
import { github } from '../../../test/lambdas/providers/hmac/declarations.ts';
import { SHIPPED_SOURCES } from '../../shipped-sources.ts';
import type { Edit } from './edits.ts';

// The shipped app with a consumer, and with each of a customer's edits, in a folder of the output each. One process is
// quicker than four.

/** GitHub, as docs/providers.md declares it, and a sender of Standard Webhooks. */
const MORE: GatepostProps['sources'] = {
  github,
  acme: {
    provider: 'standard-webhooks',
    name: 'acme',
    entityIdField: 'data.id',
    catalogue: { 'contact.created': 'contact.created' },
  },
};

const { avaza, ...withoutAvaza } = SHIPPED_SOURCES;

/** One queue, and one for another account. An edit adds one with a queue for each entity. */
const CONSUMERS = {
  crm: { events: ['customer.*'] },
  billing: { events: ['avaza.invoice.*', 'altoviz.invoice.*'], accounts: ['222233334444'] },
} as const satisfies GatepostProps['consumers'];
const MORE_CONSUMERS = { ...CONSUMERS, audit: { events: ['altoviz:*'], queues: 'per-entity' } } as const;

/** Without Avaza, its events fit nothing. */
const REDUCED = {
  ...MORE_CONSUMERS,
  billing: { ...CONSUMERS.billing, events: ['altoviz.invoice.*'] },
} as const;

const EDITS: Readonly<Record<Edit, GatepostProps>> = {
  shipped: { sources: SHIPPED_SOURCES, consumers: CONSUMERS },
  extended: {
    sources: { ...SHIPPED_SOURCES, ...MORE },
    consumers: MORE_CONSUMERS,
    retention: Duration.days(31),
  },
  reduced: { sources: { ...withoutAvaza, ...MORE }, consumers: REDUCED, retention: Duration.days(31) },
  broken: {
    sources: { ...SHIPPED_SOURCES, ...MORE },
    consumers: MORE_CONSUMERS,
    retention: Duration.days(32),
  },
};

for (const [edit, props] of Object.entries(EDITS)) {
  const app = new App({ outdir: join(`${process.env.CDK_OUTDIR}`, edit) });
  const stack = new GatepostStack(app, 'Gatepost', props);
  const consumer = new Role(stack, 'Consumer', {
    roleName: 'rehearsal-consumer',
    assumedBy: new AccountRootPrincipal(),
  });
  stack.gatepost.grantConsume('quote', consumer);
  stack.gatepost.consumer('crm').grantConsume(consumer);
  // No queue keeps messages for one second. CloudFormation finds out when it creates it, in the middle of the deployment.
  if (edit === 'broken') new CfnQueue(stack, 'Impossible', { messageRetentionPeriod: 1 });
  app.synth();
}
