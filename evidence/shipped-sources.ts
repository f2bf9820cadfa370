import type { GatepostProps } from '../lib/gatepost-props.ts';

/**
 * The sources that bin/gatepost.ts comes with. That file is a customer's to edit, so what is measured, tested or rehearsed
 * does not depend on it.
 */
export const SHIPPED_SOURCES = {
  ivvy: { provider: 'ivvy', accountIds: ['14'] },
  ivy: { provider: 'ivy' },
  augustus: { provider: 'augustus', tolerance: 5 * 60 },
  altoviz: { provider: 'altoviz' },
  avaza: { provider: 'avaza' },
} as const satisfies GatepostProps['sources'];
