import { GatepostStack } from '../../lib/gatepost-stack.ts';
import { runApp } from '../../lib/run-app.ts';
import { SHIPPED_SOURCES } from '../shipped-sources.ts';

// The app that docs/cost.md and docs/scale.md are about, and that the tests of whole assemblies synthesize.

runApp((app) => {
  new GatepostStack(app, 'Gatepost', { sources: SHIPPED_SOURCES });
});
