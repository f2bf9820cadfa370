import { GatepostStack } from '../../lib/gatepost-stack.ts';
import { runApp } from '../../lib/run-app.ts';

// The app that docs/cost.md and docs/scale.md are about, and that the tests of whole assemblies synthesize. It declares
// the sources that bin/gatepost.ts comes with, which is a customer's to edit: neither pages nor tests depend on that file.

runApp((app) => {
  new GatepostStack(app, 'Gatepost', {
    sources: {
      ivvy: { provider: 'ivvy', accountIds: ['14'] },
      ivy: { provider: 'ivy' },
      augustus: { provider: 'augustus', tolerance: 5 * 60 },
      altoviz: { provider: 'altoviz' },
      avaza: { provider: 'avaza' },
    },
  });
});
