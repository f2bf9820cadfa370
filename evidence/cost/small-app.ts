import { GatepostStack } from '../../lib/gatepost-stack.ts';
import { runApp } from '../../lib/run-app.ts';

// The small app that docs/cost.md has beside the shipped one: two sources, whose events are about six entities.

runApp((app) => {
  new GatepostStack(app, 'Gatepost', {
    sources: {
      altoviz: { provider: 'altoviz' },
      payments: {
        provider: 'standard-webhooks',
        name: 'payments',
        catalogue: { 'payment.succeeded': 'payment.updated', 'payment.failed': 'payment.updated' },
        entityIdField: 'data.id',
      },
    },
  });
});
