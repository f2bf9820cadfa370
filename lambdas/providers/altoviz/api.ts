import * as v from 'valibot';
import { ApiError } from '../shared/api/api-error.ts';
import { DONE, type SubscribableProvider } from '../shared/api/subscription-api.ts';
import { altovizCatalogue } from './catalogue.ts';

/**
 * Altoviz: one webhook for all events, with the source's secret. It documents no update, so a webhook is replaced. The
 * response to a registration has the id 0; the list has the real one after some seconds.
 *
 * @see https://developer.altoviz.com/docs/webhooks
 * @see https://github.com/altoviz/n8n `doc/altoviz-openapi.yaml`
 */
export const altovizApi: SubscribableProvider = {
  title: 'Altoviz',
  baseUrl: () => 'https://api.altoviz.com',
  events: Object.keys(altovizCatalogue),
  signsRequests: false,
  registersSecret: true,
  oneEventEach: false,

  connect: ({ call, credentials, name, secret }) => {
    const headers = () => ({ 'x-api-key': credentials.key, 'content-type': 'application/json' });
    return {
      list: async () => {
        const { value = [] } = await call(
          { method: 'GET', path: '/v1/Webhooks', headers, statuses: [200] },
          WebhooksSchema,
        );
        return value.map(({ id, url, types }) => ({ id: String(id), url, events: types ?? [] }));
      },
      create: async ({ url, events }) => {
        const body = JSON.stringify({ name, types: events, url, secretKey: secret });
        await call({ method: 'POST', path: '/v1/Webhooks', headers, body, statuses: [200, 201] });
        return DONE;
      },
      remove: async ({ id, url }) => {
        // DELETE without either is untested.
        const query = isRealId(id) ? new URLSearchParams({ id }) : new URLSearchParams({ url });
        if (!isRealId(id) && url === '')
          throw new ApiError('not-asked', 'A webhook of Altoviz has neither id nor URL.');
        await call({ method: 'DELETE', path: `/v1/Webhooks?${query}`, headers, statuses: [200, 204, 404] });
        return DONE;
      },
    };
  },
};

const WebhooksSchema = v.array(
  v.object({
    id: v.pipe(v.number(), v.safeInteger()),
    url: v.string(),
    types: v.nullish(v.array(v.string())),
  }),
);

const isRealId = (id: string): boolean => /^[1-9]\d*$/.test(id);
