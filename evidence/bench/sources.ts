import type { ProviderName } from '../../lambdas/providers/index.ts';
import { github } from '../../test/lambdas/providers/hmac/declarations.ts';

const { provider: _, ...githubSettings } = github;

export type BenchedProvider = Exclude<ProviderName, 'public-key' | 'jwt' | 'token' | 'sns'>;

/**
 * A source of each provider, as somebody would configure it: the name is the provider's, the settings are these. The other
 * generic providers differ from `hmac` by one file of arithmetic.
 */
export const SOURCES: Readonly<Record<BenchedProvider, unknown>> = {
  ivvy: { accountIds: ['14'] },
  ivy: {},
  augustus: {},
  altoviz: {},
  avaza: {},
  'standard-webhooks': {
    name: 'acme',
    entityIdField: 'data.id',
    catalogue: { 'contact.created': 'contact.created' },
  },
  hmac: githubSettings,
};

export const PROVIDERS = Object.keys(SOURCES) as readonly BenchedProvider[];

/** What every source's secret is. It is of the form that each provider takes. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
