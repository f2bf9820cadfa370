import * as v from 'valibot';
import { anObject } from '../shared/api/an-object.ts';
import { DONE, type SubscribableProvider } from '../shared/api/subscription-api.ts';
import { avazaCatalogue } from './catalogue.ts';

/**
 * Avaza: one subscription per event, each with its own URL and the source's secret. It documents no update, so a
 * subscription is replaced. A second one for the same event and URL is a 409.
 *
 * @see https://api.avaza.com/swagger
 */
export const avazaApi: SubscribableProvider = {
  title: 'Avaza',
  baseUrl: () => 'https://api.avaza.com',
  events: Object.keys(avazaCatalogue),
  signsRequests: false,
  registersSecret: true,
  oneEventEach: true,

  connect: ({ call, credentials, secret }) => {
    const headers = () => ({
      authorization: `Bearer ${credentials.key}`,
      'content-type': 'application/json',
    });
    return {
      list: async () => {
        const { value } = await call(
          { method: 'GET', path: '/api/Webhook', headers, statuses: [200] },
          WebhooksSchema,
        );
        return (value?.Webhooks ?? []).map(({ SubscriptionID, EventCode, NotificationURL }) => ({
          id: String(SubscriptionID),
          url: NotificationURL,
          events: [EventCode],
        }));
      },
      create: async ({ url, events }) => {
        const [event = ''] = events;
        const body = JSON.stringify({ target_url: url, event, secret });
        const { status } = await call({
          method: 'POST',
          path: '/api/Webhook',
          headers,
          body,
          statuses: [200, 201, 409],
        });
        return status === 409 ? { notes: [`Avaza already has ${event} for this URL.`] } : DONE;
      },
      remove: async ({ id }) => {
        const path = `/api/Webhook/${encodeURIComponent(id)}`;
        await call({ method: 'DELETE', path, headers, statuses: [200, 204, 404] });
        return DONE;
      },
    };
  },
};

// All fields are optional, so without `anObject` a list would pass, and mean that there are no subscriptions.
const WebhooksSchema = v.pipe(
  anObject,
  v.object({
    Webhooks: v.nullish(
      v.array(
        v.object({
          SubscriptionID: v.union([v.pipe(v.number(), v.safeInteger()), v.string()]),
          EventCode: v.string(),
          NotificationURL: v.string(),
        }),
      ),
    ),
  }),
);
