import type { ProviderName } from '../../lambdas/providers/index.ts';
import { github } from '../../test/lambdas/providers/hmac/declarations.ts';

const { provider: _, ...githubSettings } = github;

/** A source of each provider, as somebody would configure it: the name is the provider's, the settings are these. */
export const SOURCES: Readonly<Record<ProviderName, unknown>> = {
  ivvy: { accountIds: ['14'] },
  ivy: {},
  augustus: {},
  altoviz: {},
  avaza: {},
  'standard-webhooks': {
    name: 'acme',
    entityIdField: 'data.id',
    events: { 'contact.created': 'contact.created' },
  },
  hmac: githubSettings,
};

export const PROVIDERS = Object.keys(SOURCES) as readonly ProviderName[];

/** What every source's secret is. It is of the form that each provider takes. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
