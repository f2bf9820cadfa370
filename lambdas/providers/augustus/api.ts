import * as v from 'valibot';
import { ApiError } from '../shared/api/api-error.ts';
import { DONE, type SubscribableProvider, type Subscription } from '../shared/api/subscription-api.ts';
import { augustusCatalogue } from './catalogue.ts';

/** Protects against an endless list. */
const MAX_PAGES = 50;

/**
 * Augustus, the successor of Ivy: one subscription for all events. Its public documentation doesn't say where the secret
 * is found.
 *
 * @see https://github.com/getivy/typescript-sdk `src/resources/webhook-subscriptions.ts`
 */
export const augustusApi: SubscribableProvider = {
  title: 'Augustus',
  baseUrl: () => 'https://api.augustus.com',
  events: Object.keys(augustusCatalogue),
  signsRequests: false,
  registersSecret: false,
  oneEventEach: false,

  connect: ({ call, credentials }) => {
    const headers = () => ({
      authorization: `Bearer ${credentials.key}`,
      'content-type': 'application/json',
    });
    const at = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
    const post = (path: string, body?: object) => ({
      method: 'POST' as const,
      path,
      headers,
      body: body && JSON.stringify(body),
      statuses: [200, 201, 202],
    });
    return {
      list: async () => {
        const all: Subscription[] = [];
        let cursor: string | undefined;
        for (let page = 0; page < MAX_PAGES; page++) {
          const path = cursor === undefined ? PATH : `${PATH}?${new URLSearchParams({ cursor })}`;
          const { value } = await call({ method: 'GET', path, headers, statuses: [200] }, ListSchema);
          all.push(...(value?.data ?? []));
          cursor = value?.next_cursor ?? undefined;
          if (cursor === undefined || cursor === '') return all;
        }
        throw new ApiError(
          'provider',
          `Augustus's list of subscriptions doesn't end: it has over ${all.length}.`,
        );
      },
      create: async (wanted) => {
        await call(post(PATH, wanted), SubscriptionSchema);
        return DONE;
      },
      update: async (id, wanted) => {
        await call(post(at(id), wanted), SubscriptionSchema);
        return DONE;
      },
      remove: async ({ id }) => {
        await call({ method: 'DELETE', path: at(id), headers, statuses: [200, 204, 404] });
        return DONE;
      },
      test: async (id) => {
        const { value } = await call(post(`${at(id)}/send_test_event`), TestSchema);
        return { notes: [`Augustus sends the test event ${value?.id} to ${id}.`] };
      },
    };
  },
};

const PATH = '/v1/webhook_subscriptions';
const SubscriptionSchema = v.object({ id: v.string(), url: v.string(), events: v.array(v.string()) });
const ListSchema = v.object({ data: v.array(SubscriptionSchema), next_cursor: v.nullish(v.string()) });
const TestSchema = v.object({ id: v.string() });
