import { hash, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider } from '../provider.ts';
import { avazaCatalogue } from './catalogue.ts';
import { interpretAvaza, parseItems } from './interpret.ts';
import { avazaRetries } from './retries.ts';
import { avazaSecret } from './secret.ts';
import { type AvazaOptions, type AvazaSettings, avazaSettings } from './settings.ts';

/**
 * Avaza: time and projects. It doesn't sign, but sends a secret. Deliveries don't contain the event's name, so each
 * subscription has its own URL, which ends in that name.
 *
 * @see https://www.avaza.com/avaza-api-webhook-notifications/
 */
export const avaza: Provider<AvazaSettings, AvazaOptions, readonly JsonObject[]> = {
  name: 'avaza',
  settings: avazaSettings,
  secret: avazaSecret,
  retries: avazaRetries,
  pathSuffix: '/{event}',
  catalogue: () => avazaCatalogue,

  authenticate: async (request, _settings, secrets) => {
    const header = request.headers.authorization;
    if (header === undefined || header === '') throw new Rejection('signature-missing');
    // Base64 of the secret alone, without a user name. https://api.avaza.com/swagger `CreateSubscription.secret`
    const genuine = await secrets((secret) =>
      isSameText(header, `Basic ${Buffer.from(secret).toString('base64')}`),
    );
    if (!genuine) throw new Rejection('signature-mismatch');

    const parsed = parseItems(bodyText(request));
    return parsed.length === 0 ? { outcome: 'empty' } : { outcome: 'accepted', parsed };
  },

  interpret: interpretAvaza,
};

/** Compares in constant time, independent of the lengths. */
const isSameText = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
