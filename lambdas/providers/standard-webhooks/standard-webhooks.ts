import { standardWebhooksScheme } from '../../verification/schemes/standard-webhooks.ts';
import type { Keys } from '../../verification/schemes/standard-webhooks-keys.ts';
import { STANDARD_WEBHOOKS_SECRET } from '../../verification/schemes/standard-webhooks-secret.ts';
import { genericProvider } from '../shared/generic.ts';
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
export const standardWebhooks = genericProvider<StandardWebhooksSettings, StandardWebhooksOptions, Keys>({
  name: 'standard-webhooks',
  settings: standardWebhooksSettings,
  secret: STANDARD_WEBHOOKS_SECRET,
  scheme: ({ tolerance, headerPrefix }) => standardWebhooksScheme(tolerance, headerPrefix),
  places: ({ typeField, headerPrefix, entityIdField, timeField, dataField }) => ({
    name: [`body:${typeField}`],
    id: `header:${headerPrefix}id`,
    entityId: [entityIdField].flat().map((path) => path && `body:${path}`),
    time: `body:${timeField}`,
    data: `body:${dataField}`,
  }),
});
