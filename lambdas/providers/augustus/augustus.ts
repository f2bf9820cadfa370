import { standardWebhooksScheme } from '../../verification/schemes/standard-webhooks.ts';
import { STANDARD_WEBHOOKS_SECRET } from '../../verification/schemes/standard-webhooks-secret.ts';
import { verify } from '../../verification/verify.ts';
import type { Provider } from '../provider.ts';
import { type IvyEnvelope, interpretIvy, ivyVerdict } from '../shared/ivy-envelope.ts';
import { augustusCatalogue } from './catalogue.ts';
import { type AugustusOptions, type AugustusSettings, augustusSettings } from './settings.ts';

const scheme = ({ tolerance }: AugustusSettings) => standardWebhooksScheme(tolerance);

/**
 * Augustus, the successor of Ivy: payments. Standard Webhooks with Ivy's envelope. An event is identified by the `id` in
 * its body, which is documented as stable across retries.
 *
 * @see https://docs.augustus.com/v1/webhooks
 * @see https://github.com/getivy/typescript-sdk `src/resources/webhooks.ts`
 */
export const augustus: Provider<AugustusSettings, AugustusOptions, IvyEnvelope> = {
  name: 'augustus',
  settings: augustusSettings,
  secret: { fault: STANDARD_WEBHOOKS_SECRET.fault },
  retries: undefined,
  catalogue: () => augustusCatalogue,
  scheme,

  authenticate: async (request, settings, secrets) => {
    await verify(request, scheme(settings), secrets);
    return ivyVerdict(request, 'ping.test');
  },

  interpret: interpretIvy,
};
