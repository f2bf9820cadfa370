import type { JsonValue } from '../../core/json.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider } from '../provider.ts';
import { parseObject } from '../shared/body-shape.ts';
import { type EventPlaces, headersIn, locatedEvents, locatedName } from '../shared/located-event.ts';
import { STANDARD_WEBHOOKS_SECRET } from '../shared/standard-webhooks/secret.ts';
import { verifyStandardWebhook } from '../shared/standard-webhooks/verify.ts';
import {
  type StandardWebhooksOptions,
  type StandardWebhooksSettings,
  standardWebhooksSettings,
} from './settings.ts';

/**
 * Any sender that follows Standard Webhooks. The settings define what the specification leaves open: the names of events,
 * and where the body has which value.
 *
 * @see https://www.standardwebhooks.com
 */
export const standardWebhooks: Provider<StandardWebhooksSettings, StandardWebhooksOptions, JsonValue> = {
  name: 'standard-webhooks',
  settings: standardWebhooksSettings,
  nameInEvents: ({ name }) => name,
  secret: STANDARD_WEBHOOKS_SECRET,
  retries: undefined,
  catalogue: ({ events }) => events,
  keptHeaders: (settings) => headersIn(placesOf(settings)),

  authenticate: async (request, settings, secrets) => {
    await verifyStandardWebhook(request, settings, secrets);
    const body = parseObject(bodyText(request));
    const name = locatedName(placesOf(settings), { headers: request.headers, body });
    if (settings.testEvents.includes(name)) return { outcome: 'test' };
    return { outcome: 'accepted', parsed: body };
  },

  interpret: (content, settings, parsed) => locatedEvents(placesOf(settings), content, parsed),
};

const placesOf = (settings: StandardWebhooksSettings): EventPlaces => ({
  name: [`body:${settings.typeField}`],
  id: `header:${settings.headerPrefix}id`,
  entityId: [settings.entityIdField].flat().map((path) => path && `body:${path}`),
  time: `body:${settings.timeField}`,
  data: `body:${settings.dataField}`,
});
