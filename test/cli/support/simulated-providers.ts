import { createHmac, hash } from 'node:crypto';
import type { Asked, Reply } from './provider-api.ts';

// The APIs of the providers as their documentation says, written from it and not from the clients. /docs/cli.md has the links.

export const KEY = 'the-api-key';
export const KEY_SECRET = 'the secret of the api key';

export interface Webhook {
  readonly id: number;
  readonly name: string;
  readonly types: readonly string[];
  readonly url: string;
  readonly secretKey?: string;
}

/** Altoviz: `id: 0` in the answer, and a list that lags behind by so many requests. */
export const simulatedAltoviz = (lag = 2) => {
  let webhooks: readonly Webhook[] = [];
  let listed: readonly Webhook[] = [];
  let behind = 0;
  let nextId = 1;
  const change = (changed: readonly Webhook[]) => {
    webhooks = changed;
    behind = lag;
  };
  const reply = ({ method, path, query, headers, body }: Asked): Reply => {
    if (headers['x-api-key'] !== KEY) return { status: 401 };
    if (path !== '/v1/Webhooks') return { status: 404 };
    if (method === 'GET') {
      if (behind-- <= 0) listed = webhooks;
      return { status: 200, body: listed };
    }
    if (method === 'POST') {
      const { name, types, url, secretKey } = (body ?? {}) as Partial<Webhook>;
      if (!name || !url || !Array.isArray(types))
        return { status: 400, body: { message: 'Invalid', errors: [`no such secret: ${secretKey}`] } };
      const webhook = { name, types, url, ...(secretKey !== undefined && { secretKey }) };
      change([...webhooks, { id: nextId++, ...webhook }]);
      return { status: 201, body: { id: 0, ...webhook } };
    }
    const [id, url] = [query.get('id'), query.get('url')];
    const rest = webhooks.filter((webhook) => String(webhook.id) !== id && webhook.url !== url);
    if (rest.length === webhooks.length) return { status: 404 };
    change(rest);
    return { status: 200 };
  };
  return {
    reply,
    webhooks: () => webhooks,
    /** One that somebody has registered by hand, or for something else. */
    add: (webhook: Omit<Webhook, 'id'>) => {
      webhooks = [...webhooks, { id: nextId++, ...webhook }];
      listed = webhooks;
    },
  };
};

export interface AvazaWebhook {
  readonly SubscriptionID: number;
  readonly EventCode: string;
  readonly NotificationURL: string;
  readonly UserIDFK: number;
  /** Is never told. */
  readonly secret: string | undefined;
}

/** Avaza: one event a subscription, 409 on the same again. */
export const simulatedAvaza = () => {
  let webhooks: readonly AvazaWebhook[] = [];
  let nextId = 100;
  const reply = ({ method, path, headers, body }: Asked): Reply => {
    if (headers.authorization !== `Bearer ${KEY}`) return { status: 401 };
    if (method === 'GET' && path === '/api/Webhook')
      return { status: 200, body: { Webhooks: webhooks.map(({ secret: _, ...shown }) => shown) } };
    if (method === 'POST' && path === '/api/Webhook') {
      const { target_url, event, secret } = body as Readonly<Record<string, string>>;
      if (target_url === undefined || event === undefined) return { status: 400 };
      if (
        webhooks.some(
          ({ EventCode, NotificationURL }) => EventCode === event && NotificationURL === target_url,
        )
      )
        return { status: 409, body: { message: 'Duplicate subscription already exists' } };
      const added = {
        SubscriptionID: nextId++,
        EventCode: event,
        NotificationURL: target_url,
        UserIDFK: 7,
        secret,
      };
      webhooks = [...webhooks, added];
      return { status: 201, body: { ID: added.SubscriptionID } };
    }
    const [, id] = /^\/api\/Webhook\/(\d+)$/.exec(path) ?? [];
    if (method !== 'DELETE' || !webhooks.some(({ SubscriptionID }) => String(SubscriptionID) === id))
      return { status: 404 };
    webhooks = webhooks.filter(({ SubscriptionID }) => String(SubscriptionID) !== id);
    return { status: 200 };
  };
  return { reply, webhooks: () => webhooks };
};

interface IvySubscription {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** Ivy: a POST an action, `skip` and `limit`, a URL once only. */
export const simulatedIvy = () => {
  let subscriptions: readonly IvySubscription[] = [];
  let nextId = 1;
  const whole = (subscription: IvySubscription) => ({
    ...subscription,
    merchant: 'm1',
    merchantApp: 'a1',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });
  const reply = ({ method, path, headers, body }: Asked): Reply => {
    if (headers['x-ivy-api-key'] !== KEY) return { status: 401 };
    if (method !== 'POST' || body === undefined) return { status: 404 };
    const {
      id,
      url,
      events = [],
      skip = 0,
      limit = 10,
    } = body as Partial<IvySubscription> & {
      readonly skip?: number;
      readonly limit?: number;
    };
    const found = subscriptions.find((subscription) => subscription.id === id);
    switch (path.replace('/api/service/webhook-subscription/', '')) {
      case 'list': {
        // Pages are as small as it likes.
        const items = subscriptions.slice(skip, skip + Math.min(limit, 2)).map(whole);
        const hasNext = skip + items.length < subscriptions.length;
        return { status: 200, body: { count: subscriptions.length, hasNext, items, skip } };
      }
      case 'create': {
        if (subscriptions.some((subscription) => subscription.url === url)) return { status: 400 };
        const made = { id: `sub_${nextId++}`, url: url ?? '', events };
        subscriptions = [...subscriptions, made];
        return { status: 200, body: whole(made) };
      }
      case 'update': {
        if (found === undefined) return { status: 404 };
        const changed = {
          ...found,
          ...(url !== undefined && { url }),
          ...(body.events !== undefined && { events }),
        };
        subscriptions = subscriptions.map((subscription) =>
          subscription === found ? changed : subscription,
        );
        return { status: 200, body: whole(changed) };
      }
      case 'delete':
        subscriptions = subscriptions.filter((subscription) => subscription !== found);
        return { status: 200, body: { success: found !== undefined } };
      case 'ping':
        return {
          status: 200,
          body: {
            id,
            date: '2026-01-01T00:00:00Z',
            response: '{}',
            statusCode: 200,
            success: found !== undefined,
          },
        };
      default:
        return { status: 404 };
    }
  };
  return { reply, subscriptions: () => subscriptions };
};

/** Augustus: REST, with a cursor. */
export const simulatedAugustus = () => {
  let subscriptions: readonly IvySubscription[] = [];
  let nextId = 1;
  const tests: string[] = [];
  const whole = (subscription: IvySubscription) => ({
    ...subscription,
    type: 'webhook_subscription',
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  });
  const reply = ({ method, path, query, headers, body }: Asked): Reply => {
    if (headers.authorization !== `Bearer ${KEY}`) return { status: 401 };
    const [, id, action] = /^\/v1\/webhook_subscriptions(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
    const found = subscriptions.find((subscription) => subscription.id === id);
    if (id === undefined && method === 'GET') {
      const from = Number(query.get('cursor') ?? 0);
      const next = from + 2 < subscriptions.length ? String(from + 2) : null;
      return {
        status: 200,
        body: { data: subscriptions.slice(from, from + 2).map(whole), next_cursor: next },
      };
    }
    if (id === undefined) {
      const made = { id: `whs_${nextId++}`, ...(body as unknown as Omit<IvySubscription, 'id'>) };
      subscriptions = [...subscriptions, made];
      return { status: 201, body: whole(made) };
    }
    if (found === undefined) return { status: 404 };
    if (action === 'send_test_event') {
      tests.push(id);
      return { status: 200, body: { id: `evt_${id}`, event_type: 'ping.test', type: 'event', data: {} } };
    }
    const changed = { ...found, ...body };
    subscriptions = subscriptions.flatMap((subscription) =>
      subscription !== found ? [subscription] : method === 'DELETE' ? [] : [changed],
    );
    return { status: 200, body: whole(changed) };
  };
  return { reply, subscriptions: () => subscriptions, tests };
};

const KINDS = ['events', 'venues', 'payments', 'crm', 'contacts', 'companies'];

/**
 * iVvy: a signature over each request, good for five minutes. The answers know nothing of `ariEndpoint`, since they are
 * documented without it.
 *
 * @see https://developer.ivvy.com/getting-started/creating-the-request/signing-the-request
 */
export const simulatedIvvy = (now: () => Date) => {
  const subscribed = new Map<string, { url: string; confirmed: boolean }>();
  /** Results that are not the usual ones, by endpoint key. */
  const odd = new Map<string, number>();
  const reply = ({ method, target, query, headers, text, body }: Asked): Reply => {
    const date = String(headers['ivvy-date']);
    const signed =
      `${method}${hash('md5', text)}${headers['content-type']}${target}${headers['x-api-version']}ivvydate=${date}`.toLowerCase();
    const signature = createHmac('sha1', KEY_SECRET).update(signed).digest('hex');
    if (Math.abs(Date.parse(`${date.replace(' ', 'T')}Z`) - now().getTime()) > 5 * 60_000)
      return { status: 200, body: { errorCode: 401, message: 'Request is stale', specificCode: 23005 } };
    if (
      headers['content-md5'] !== hash('md5', text) ||
      headers['x-api-authorization'] !== `IWS ${KEY}:${signature}`
    )
      return { status: 401, body: { errorCode: 401, message: 'Unauthorized', specificCode: 1 } };
    const wanted = Object.entries((body ?? {}) as Readonly<Record<string, string>>);
    if (query.get('action') === 'subscribeToNotifications') {
      for (const [key, url] of wanted) if (!odd.has(key)) subscribed.set(key, { url, confirmed: true });
      return {
        status: 200,
        body: Object.fromEntries(
          KINDS.flatMap((kind) => {
            const is = subscribed.has(`${kind}Endpoint`);
            const topic = `arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_d7_Notif${kind}`;
            return [
              [`${kind}Success`, is],
              [`${kind}TopicId`, is ? topic : null],
            ];
          }),
        ),
      };
    }
    const asked = new Map(wanted);
    return {
      status: 200,
      body: Object.fromEntries(
        KINDS.map((kind) => {
          const key = `${kind}Endpoint`;
          const result = !asked.has(key) ? 2 : (odd.get(key) ?? (subscribed.delete(key) ? 1 : 4));
          return [`${kind}Result`, result];
        }),
      ),
    };
  };
  return { reply, subscribed, odd };
};
