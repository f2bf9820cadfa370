import * as v from 'valibot';
import { ApiError } from '../shared/api/api-error.ts';
import { DONE, type SubscribableProvider, type Subscription } from '../shared/api/subscription-api.ts';
import { ivyCatalogue } from './catalogue.ts';

const PAGE = 100;
/** Protects against an endless list. */
const MAX_PAGES = 50;

/**
 * Ivy, before it became Augustus: one subscription for all events. Ivy generates the secret, and only its dashboard shows
 * it.
 *
 * @see https://docs.getivy.de/api-reference
 * @see https://github.com/getivy/node-sdk `src/resources/webhook/subscription.ts`
 */
export const ivyApi: SubscribableProvider = {
  title: 'Ivy',
  baseUrl: () => 'https://api.getivy.de',
  events: Object.keys(ivyCatalogue),
  signsRequests: false,
  registersSecret: false,
  oneEventEach: false,

  connect: ({ call, credentials }) => {
    const headers = () => ({ 'x-ivy-api-key': credentials.key, 'content-type': 'application/json' });
    const request = (action: string, body: object) => ({
      method: 'POST' as const,
      path: `/api/service/webhook-subscription/${action}`,
      headers,
      body: JSON.stringify(body),
      statuses: [200, 201],
    });
    return {
      list: async () => {
        const all: Subscription[] = [];
        for (let page = 0; page < MAX_PAGES; page++) {
          const { value } = await call(request('list', { limit: PAGE, skip: all.length }), ListSchema);
          const { items = [], hasNext = false } = value ?? {};
          all.push(...items);
          if (!hasNext || items.length === 0) return all;
        }
        throw new ApiError('provider', `Ivy's list of subscriptions doesn't end: it has over ${all.length}.`);
      },
      create: async ({ url, events }) => {
        await call(request('create', { url, events }), SubscriptionSchema);
        return DONE;
      },
      update: async (id, { url, events }) => {
        await call(request('update', { id, url, events }), SubscriptionSchema);
        return DONE;
      },
      remove: async ({ id }) => {
        const { value } = await call(request('delete', { id }), DeletedSchema);
        if (value?.success === true) return DONE;
        throw new ApiError('provider', `Ivy did not delete the subscription ${id}; it doesn't say why.`);
      },
      test: async (id) => {
        const { value } = await call(request('ping', { id }), PingSchema);
        if (value?.success === true)
          return { notes: [`Ivy's ping of ${id} was answered with ${value.statusCode}.`] };
        throw new ApiError(
          'provider',
          `Ivy's ping of ${id} failed: it was answered with ${value?.statusCode}.`,
          "The log of the ingest function says why; 401 usually means that the secret is not the dashboard's.",
        );
      },
    };
  },
};

const SubscriptionSchema = v.object({ id: v.string(), url: v.string(), events: v.array(v.string()) });
const ListSchema = v.object({ hasNext: v.boolean(), items: v.array(SubscriptionSchema) });
const DeletedSchema = v.object({ success: v.boolean() });
const PingSchema = v.object({ success: v.boolean(), statusCode: v.nullish(v.number()) });
