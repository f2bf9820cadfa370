import type { JsonValue } from '../../core/json.ts';
import { bodyText } from '../../core/request.ts';
import type { Scheme } from '../../verification/scheme.ts';
import { tokenMethod } from '../../verification/schemes/token.ts';
import { verify } from '../../verification/verify.ts';
import type { Provider } from '../provider.ts';
import { understood } from '../shared/understood.ts';
import { avazaCatalogue } from './catalogue.ts';
import { cutAvaza, interpretAvaza, parseItems } from './interpret.ts';
import { avazaRetries } from './retries.ts';
import { avazaSecret } from './secret.ts';
import { type AvazaOptions, type AvazaSettings, avazaSettings } from './settings.ts';

/** Base64 of the secret alone, without a user name. https://api.avaza.com/swagger `CreateSubscription.secret` */
const SCHEME: Scheme<string> = {
  proof: { at: ['header:authorization'], prefix: 'Basic ', encoding: 'text' },
  content: undefined,
  method: tokenMethod('basic'),
};

/**
 * Avaza: time and projects. It doesn't sign, but sends a secret. Deliveries don't contain the event's name, so each
 * subscription has its own URL, which ends in that name.
 *
 * @see https://www.avaza.com/avaza-api-webhook-notifications/
 */
export const avaza: Provider<AvazaSettings, AvazaOptions, readonly JsonValue[]> = {
  name: 'avaza',
  settings: avazaSettings,
  secret: avazaSecret,
  retries: avazaRetries,
  pathSuffix: '/{event}',
  catalogue: () => avazaCatalogue,
  scheme: () => SCHEME,

  authenticate: async (request, _settings, secrets) => {
    await verify(request, SCHEME, secrets);
    const parsed = understood(() => parseItems(bodyText(request)));
    return parsed?.length === 0 ? { outcome: 'empty' } : { outcome: 'accepted', parsed };
  },

  interpret: interpretAvaza,
  cut: (content, _settings, parsed) => cutAvaza(content, parsed),
  repeatWindow: ({ repeatWindow }) => repeatWindow,
};
