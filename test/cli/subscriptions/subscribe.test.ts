import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { altovizCatalogue } from '../../../lambdas/providers/altoviz/catalogue.ts';
import { avazaCatalogue } from '../../../lambdas/providers/avaza/catalogue.ts';
import { ivvyApi } from '../../../lambdas/providers/ivvy/api.ts';
import { ivvyCatalogue } from '../../../lambdas/providers/ivvy/catalogue.ts';
import { type CommandUnderTest, commandUnderTest, NOW, type RunOptions } from '../support/gatepost.ts';
import { type ProviderApi, startProviderApi } from '../support/provider-api.ts';
import {
  KEY,
  KEY_SECRET,
  simulatedAltoviz,
  simulatedAugustus,
  simulatedAvaza,
  simulatedIvvy,
  simulatedIvy,
} from '../support/simulated-providers.ts';

// Each command against an API on this machine that behaves as the provider documents its own.

const SECRET = 'a secret that the provider is told';

let gatepost: CommandUnderTest;
let api: ProviderApi | undefined;
beforeEach(async () => {
  gatepost = await commandUnderTest();
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
  await gatepost.stop();
});

/** Serves the API of a source's provider; gives what runs a command line with its key. */
const withApi = async (source: string, reply: Parameters<typeof startProviderApi>[0]) => {
  const started = await startProviderApi(reply);
  api = started;
  const name = source.toUpperCase();
  const env = {
    [`GATEPOST_${name}_API_KEY`]: KEY,
    [`GATEPOST_${name}_API_SECRET`]: KEY_SECRET,
    [`GATEPOST_${name}_API_URL`]: `${started.url}/`,
  };
  return (line: string, options: RunOptions = {}) =>
    gatepost.run(line, { ...options, env: { ...env, ...options.env } });
};

/** What was asked that changed something. */
const changes = (): readonly string[] =>
  (api?.asked ?? []).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

describe('Altoviz', () => {
  let altoviz: ReturnType<typeof simulatedAltoviz>;
  let run: Awaited<ReturnType<typeof withApi>>;
  beforeEach(async () => {
    altoviz = simulatedAltoviz();
    run = await withApi('altoviz', altoviz.reply);
    await gatepost.setSecret('altoviz', SECRET);
  });

  test('subscribe registers one webhook with all types and the secret; the second time changes nothing', async () => {
    const first = await run('subscribe altoviz --yes');
    expect(first).toMatchObject({ exitCode: 0, err: '' });
    expect(first.out).toMatch(/\+ subscribe.*15 events/);
    expect(altoviz.webhooks()).toEqual([
      {
        id: 1,
        name: 'Gatepost altoviz',
        types: Object.keys(altovizCatalogue),
        url: expect.stringMatching(/\/hooks\/altoviz\?version=[0-9a-f]{8}$/),
        secretKey: SECRET,
      },
    ]);
    const again = await run('subscribe altoviz --yes');
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('nothing to do') });
    expect(changes()).toEqual(['POST /v1/Webhooks']);
  });

  test('in a pipe it shows the plan and does nothing', async () => {
    const { exitCode, out, err } = await run('subscribe altoviz CustomerCreated');
    expect({ exitCode, changes: changes() }).toEqual({ exitCode: 5, changes: [] });
    expect(out).toContain('+ subscribe');
    expect(err).toBe('Nothing was changed.\nAdd --yes to confirm.\n');
    const json = await run('subscribe altoviz CustomerCreated --json');
    expect(json).toMatchObject({ exitCode: 5 });
    expect(json.json()).toMatchObject({ done: false, steps: [{ kind: 'create' }] });
    expect(JSON.parse(json.err)).toEqual({
      error: { message: 'Nothing was changed.', next: 'Add --yes to confirm.', exitCode: 5 },
    });
  });

  test.each([
    ['y\n', 0, 1],
    ['n\n', 5, 0],
    ['\n', 5, 0],
    // Ctrl-C and Ctrl-D
    ['\u0003', 130, 0],
    ['\u0004', 130, 0],
  ])('on a terminal it asks: %j', async (typed, exitCode, registered) => {
    expect(await run('subscribe altoviz', { typed })).toMatchObject({ exitCode });
    expect(altoviz.webhooks()).toHaveLength(registered);
  });

  test('adds an event to what is: the new one first, then the old one goes, by the id of the list', async () => {
    await run('subscribe altoviz CustomerCreated --yes');
    await run('subscribe altoviz InvoiceCreated --yes');
    expect(altoviz.webhooks().map(({ id, types }) => [id, [...types].sort()])).toEqual([
      [2, ['CustomerCreated', 'InvoiceCreated']],
    ]);
    expect(changes()).toEqual(['POST /v1/Webhooks', 'POST /v1/Webhooks', 'DELETE /v1/Webhooks']);
    expect(api?.asked.at(-1)?.query.get('id') ?? '').not.toBe('0');
  });

  test('replaces what was registered by hand, and leaves what leads elsewhere', async () => {
    const url = 'http://127.0.0.1:1/hooks/altoviz';
    altoviz.add({ name: 'by hand', types: ['QuoteCreated'], url });
    altoviz.add({ name: 'other', types: ['QuoteCreated'], url: 'https://elsewhere.example/' });
    const { exitCode, out } = await run('subscribe altoviz QuoteCreated --yes');
    expect({ exitCode }).toEqual({ exitCode: 0 });
    expect(out).toContain('created with another or an unknown secret');
    expect(altoviz.webhooks().map(({ name }) => name)).toEqual(['other', 'Gatepost altoviz']);
  });

  test('unsubscribe takes away an event, then all; what is gone already is gone', async () => {
    await run('subscribe altoviz CustomerCreated InvoiceCreated --yes');
    await run('unsubscribe altoviz InvoiceCreated --yes');
    expect(altoviz.webhooks().map(({ types }) => types)).toEqual([['CustomerCreated']]);
    expect(await run('unsubscribe altoviz --yes')).toMatchObject({ exitCode: 0 });
    expect(altoviz.webhooks()).toEqual([]);
    expect(await run('unsubscribe altoviz --yes')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('nothing to do'),
    });
  });

  test('subscriptions shows them, without a secret', async () => {
    altoviz.add({
      name: 'other',
      types: ['QuoteCreated'],
      url: 'https://elsewhere.example/',
      secretKey: SECRET,
    });
    await run('subscribe altoviz CustomerCreated --yes');
    const own = await run('subscriptions altoviz --json');
    expect(own.json()).toMatchObject({
      subscriptions: [{ id: '2', events: ['CustomerCreated'], own: true, otherSecret: false }],
    });
    const all = await run('subscriptions altoviz --all');
    expect(all.out).toContain('leads elsewhere');
    expect(`${own.out}${all.out}`).not.toContain(SECRET);
    expect(await run('subscriptions altoviz --test')).toMatchObject({ exitCode: 2 });
  });

  test('sources knows of it', async () => {
    await run('subscribe altoviz CustomerCreated --yes');
    const { json } = await run('sources --json');
    expect(json()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          source: 'altoviz',
          secret: 'set',
          subscription: { state: 'subscribed', events: ['CustomerCreated'], text: '1 event' },
        }),
        expect.objectContaining({
          source: 'ivvy',
          subscription: expect.objectContaining({ state: 'no-key' }),
        }),
        expect.objectContaining({
          source: 'github',
          subscription: expect.objectContaining({ state: 'by-hand' }),
        }),
        expect.objectContaining({ source: 'ivy', secret: 'missing' }),
      ]),
    );
  });

  test('a list that stays behind is said, and is no failure', async () => {
    await api?.stop();
    altoviz = simulatedAltoviz(1000);
    run = await withApi('altoviz', altoviz.reply);
    const { exitCode, out } = await run('subscribe altoviz --yes');
    expect(exitCode).toBe(0);
    expect(out).toContain('its list does not show it yet');
    expect(changes()).toEqual(['POST /v1/Webhooks']);
  });

  test('a secret that nobody has set is asked for first', async () => {
    await gatepost.setSecret('altoviz', 'short');
    expect(await run('subscribe altoviz --yes')).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('gatepost secret altoviz --generate'),
    });
    expect(changes()).toEqual([]);
  });

  test('where the new one is refused the old one stays', async () => {
    await run('subscribe altoviz CustomerCreated --yes');
    const before = altoviz.webhooks();
    // First the list, then the registration.
    api?.fail({ status: 200, body: before });
    api?.fail({ status: 400, body: { message: `no: ${SECRET}` } });
    const { exitCode, err } = await run('subscribe altoviz --yes');
    expect({ exitCode, webhooks: altoviz.webhooks() }).toEqual({ exitCode: 6, webhooks: before });
    expect(err).toMatch(/^Altoviz refused: 400, no: •••\./);
  });
});

describe('Avaza', () => {
  let avaza: ReturnType<typeof simulatedAvaza>;
  let run: Awaited<ReturnType<typeof withApi>>;
  beforeEach(async () => {
    avaza = simulatedAvaza();
    run = await withApi('avaza', avaza.reply);
    await gatepost.setSecret('avaza', SECRET);
  });

  test('subscribe makes one subscription an event, at a URL of its own; the second time changes nothing', async () => {
    expect(await run('subscribe avaza --yes')).toMatchObject({ exitCode: 0 });
    expect(avaza.webhooks().map(({ EventCode }) => EventCode)).toEqual(Object.keys(avazaCatalogue));
    for (const { EventCode, NotificationURL, secret } of avaza.webhooks()) {
      expect(new URL(NotificationURL).pathname).toBe(`/hooks/avaza/${EventCode}`);
      expect(secret).toBe(SECRET);
    }
    const before = changes().length;
    expect(await run('subscribe avaza --yes')).toMatchObject({ exitCode: 0 });
    expect(changes()).toHaveLength(before);
  });

  test('a duplicate is no failure', async () => {
    api?.fail({ status: 200, body: { Webhooks: [] } });
    api?.fail({ status: 409, body: { message: 'Duplicate subscription already exists' } });
    const { exitCode, out } = await run('subscribe avaza task_created --yes');
    expect(exitCode).toBe(0);
    expect(out).toContain('Avaza already has task_created for this URL.');
  });

  test('what broke off half-way is gone on with', async () => {
    // The list, two subscriptions, then nothing any more.
    api?.fail({ status: 200, body: { Webhooks: [] } });
    api?.fail({ status: 201, body: { ID: 1 } }, 2);
    api?.fail('reset');
    const { exitCode, err } = await run('subscribe avaza task_created task_updated task_deleted --yes');
    expect(exitCode).toBe(6);
    expect(err).toContain('2 of 3 steps were completed at Avaza; the others were not started.');
    expect(await run('subscribe avaza task_created task_updated task_deleted --yes')).toMatchObject({
      exitCode: 0,
    });
    expect(avaza.webhooks()).toHaveLength(3);
  });

  test('unsubscribe ends single events', async () => {
    await run('subscribe avaza task_created task_updated --yes');
    expect(await run('unsubscribe avaza task_created --yes')).toMatchObject({ exitCode: 0 });
    expect(avaza.webhooks().map(({ EventCode }) => EventCode)).toEqual(['task_updated']);
  });
});

describe.each([
  ['ivy', simulatedIvy, 'order_created', 'order_updated', 'refund.succeeded'],
  ['augustus', simulatedAugustus, 'payout.paid', 'payout.failed', 'deposit.received'],
] as const)('%s', (source, simulate, one, two, three) => {
  let provider: ReturnType<typeof simulate>;
  let run: Awaited<ReturnType<typeof withApi>>;
  beforeEach(async () => {
    provider = simulate();
    run = await withApi(source, provider.reply);
  });

  test('creates, changes in place, deletes', async () => {
    expect(await run(`subscribe ${source} ${one} --yes`)).toMatchObject({ exitCode: 0 });
    const [made] = provider.subscriptions();
    expect(made).toMatchObject({ url: `http://127.0.0.1:1/hooks/${source}`, events: [one] });
    expect(await run(`subscribe ${source} ${two} --yes`)).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/~ change/),
    });
    expect(provider.subscriptions()).toEqual([expect.objectContaining({ id: made?.id, events: [one, two] })]);
    expect((await run(`subscribe ${source} ${two} --yes`)).out).toContain('nothing to do');
    expect(await run(`unsubscribe ${source} --yes`)).toMatchObject({ exitCode: 0 });
    expect(provider.subscriptions()).toEqual([]);
  });

  test('reads a list of several pages to its end', async () => {
    const env = { [`GATEPOST_${source.toUpperCase()}_API_KEY`]: KEY };
    const headers = { 'x-ivy-api-key': KEY, authorization: `Bearer ${KEY}` };
    for (let index = 0; index < 5; index++) {
      const path =
        source === 'ivy' ? '/api/service/webhook-subscription/create' : '/v1/webhook_subscriptions';
      const body = JSON.stringify({ url: `https://elsewhere.example/${index}`, events: [one] });
      await fetch(`${api?.url}${path}`, { method: 'POST', headers, body });
    }
    await run(`subscribe ${source} ${three} --yes`, { env });
    expect(provider.subscriptions()).toHaveLength(6);
    expect((await run(`subscribe ${source} ${three} --yes`)).out).toContain('nothing to do');
    const { json } = await run(`subscriptions ${source} --all --json`);
    expect((json() as { readonly subscriptions: unknown[] }).subscriptions).toHaveLength(6);
  });

  test('sends a test delivery', async () => {
    await run(`subscribe ${source} ${one} --yes`);
    const { exitCode, out } = await run(`subscriptions ${source} --test`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(source === 'ivy' ? /ping of sub_1 was answered with 200/ : /test event evt_whs_1/);
  });
});

describe('iVvy', () => {
  let ivvy: ReturnType<typeof simulatedIvvy>;
  let run: Awaited<ReturnType<typeof withApi>>;
  let clock: Date;
  beforeEach(async () => {
    clock = NOW;
    ivvy = simulatedIvvy(() => clock);
    run = await withApi('ivvy', ivvy.reply);
  });
  const KEYS = 'venuesEndpoint companies';

  test('subscribes endpoint keys, all at one URL, and offers the topics', async () => {
    const { exitCode, out } = await run(`subscribe ivvy ${KEYS} --yes`);
    expect(exitCode).toBe(0);
    expect(JSON.parse(api?.asked[0]?.text ?? '')).toEqual({
      venuesEndpoint: 'http://127.0.0.1:1/hooks/ivvy',
      companiesEndpoint: 'http://127.0.0.1:1/hooks/ivvy',
    });
    expect(out).toMatch(/topicArns: \['arn:aws:sns:\S+_Notifvenues', 'arn:aws:sns:\S+_Notifcompanies'\]/);
    expect(out).toContain('documents no list');
  });

  test('all keys, of which its documentation says nothing of one', async () => {
    const { exitCode, out } = await run('subscribe ivvy --yes');
    expect(exitCode).toBe(0);
    expect(Object.keys(JSON.parse(api?.asked[0]?.text ?? ''))).toHaveLength(7);
    expect(out).toContain("ariEndpoint: iVvy's response doesn't mention it");
  });

  test('says which was not subscribed, and the topics of those that were', async () => {
    ivvy.odd.set('venuesEndpoint', 3);
    const { exitCode, err } = await run(`subscribe ivvy ${KEYS} --yes`);
    expect(exitCode).toBe(6);
    expect(err).toContain('venuesEndpoint: iVvy did not subscribe it');
    expect(err).toContain('Notifcompanies');
  });

  test.each([
    [3, 6, /unknown error; contact its support/],
    [5, 6, /only the API key that subscribed it/],
    [6, 6, /only after the handshake/],
    [9, 6, /result 9 is not documented/],
  ])('unsubscribe says what result %i means', async (result, exitCode, words) => {
    ivvy.odd.set('venuesEndpoint', result);
    const ran = await run('unsubscribe ivvy venues --yes');
    expect(ran).toMatchObject({ exitCode, err: expect.stringMatching(words) });
  });

  test('unsubscribe takes what was not subscribed for done', async () => {
    await run('subscribe ivvy venues --yes');
    const { exitCode, out } = await run(`unsubscribe ivvy ${KEYS} --yes`);
    expect(exitCode).toBe(0);
    expect(out).toContain('companiesEndpoint: it was not subscribed');
    expect([...ivvy.subscribed.keys()]).toEqual([]);
  });

  test('a clock that is off is named', async () => {
    clock = new Date(NOW.getTime() + 6 * 60_000);
    expect(await run('subscribe ivvy venues --yes')).toMatchObject({
      exitCode: 6,
      err: expect.stringMatching(/clock is more than five minutes off/),
    });
  });

  test.each([
    [{ status: 403, body: { errorCode: 403, message: 'Not Allowed' } }, /"Primary" user/],
    [{ status: 463, body: { errorCode: 463, message: '' } }, /the API key was revoked/],
    [
      { status: 400, body: { errorCode: 400, message: "'x' is required", specificCode: 23017 } },
      /bad request: 'x' is required/,
    ],
  ])('a refusal is said in words: %j', async (fault, words) => {
    api?.fail(fault);
    expect(await run('subscribe ivvy venues --yes')).toMatchObject({
      exitCode: 6,
      err: expect.stringMatching(words),
    });
  });

  test('an API key needs its secret', async () => {
    const ran = await run('subscribe ivvy venues --yes', { env: { GATEPOST_IVVY_API_SECRET: '' } });
    expect(ran).toMatchObject({ exitCode: 4, err: expect.stringContaining('GATEPOST_IVVY_API_SECRET') });
    expect(api?.asked).toEqual([]);
  });

  test('documents no list', async () => {
    expect(await run('subscriptions ivvy')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('no list'),
    });
  });
});

describe('a source that does not let in all events', () => {
  beforeEach(async () => {
    await gatepost.stop();
    gatepost = await commandUnderTest({
      altoviz: ['contact.*', 'InvoiceCreated'],
      avaza: ['*.deleted', 'bill.*'],
      ivvy: ['company.*', 'RoomRatesUpdated', 'contact-note.created'],
      augustus: ['payout.*'],
    });
    for (const source of ['altoviz', 'avaza']) await gatepost.setSecret(source, SECRET);
  });

  test('is subscribed to those that it lets in, and what it no longer does is taken away', async () => {
    const altoviz = simulatedAltoviz();
    const run = await withApi('altoviz', altoviz.reply);
    const types = ['ContactCreated', 'ContactUpdated', 'ContactDeleted', 'InvoiceCreated'];
    expect(await run('subscribe altoviz --yes')).toMatchObject({ exitCode: 0 });
    expect(altoviz.webhooks().map((webhook) => webhook.types)).toEqual([types]);
    const before = changes().length;
    expect(await run('subscribe altoviz --yes')).toMatchObject({ exitCode: 0 });
    expect(changes()).toHaveLength(before);
    const [{ url = '' } = {}] = altoviz.webhooks();
    await run('unsubscribe altoviz --yes');
    altoviz.add({ name: 'x', url, types: ['InvoiceCreated', 'QuoteCreated'] });
    const { json } = await run('sources --json');
    expect(json()).toContainEqual(
      expect.objectContaining({
        source: 'altoviz',
        events: ['contact.*', 'InvoiceCreated'],
        subscription: {
          state: 'outdated',
          events: ['InvoiceCreated', 'QuoteCreated'],
          text: '2 events, of which 1 ignored',
        },
      }),
    );
    expect(await run('subscribe altoviz InvoiceCreated --yes')).toMatchObject({ exitCode: 0 });
    expect(altoviz.webhooks().map((webhook) => webhook.types)).toEqual([['InvoiceCreated']]);
  });

  test('has a subscription for each of them where each has its own', async () => {
    const avaza = simulatedAvaza();
    const run = await withApi('avaza', avaza.reply);
    expect(await run('subscribe avaza --yes')).toMatchObject({ exitCode: 0 });
    expect(avaza.webhooks().map(({ EventCode }) => EventCode)).toEqual(
      Object.entries(avazaCatalogue).flatMap(([name, meaning]) =>
        /^bill|deleted$/.test(meaning) ? [name] : [],
      ),
    );
  });

  test('asks for the groups of events that have one of them', async () => {
    const run = await withApi('ivvy', simulatedIvvy(() => NOW).reply);
    expect(await run('subscribe ivvy --yes')).toMatchObject({ exitCode: 0 });
    expect(Object.keys(JSON.parse(api?.asked[0]?.text ?? ''))).toEqual([
      'contactsEndpoint',
      'companiesEndpoint',
      'ariEndpoint',
    ]);
  });

  test('is not asked for what it would ignore, and unsubscribes what it likes', async () => {
    const run = await withApi('ivvy', simulatedIvvy(() => NOW).reply);
    expect(await run('subscribe ivvy companies crm --yes')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('ivvy does not let in crmEndpoint: what iVvy would send is ignored.'),
    });
    expect(api?.asked).toEqual([]);
    await run('unsubscribe ivvy crm --yes');
    expect(Object.keys(JSON.parse(api?.asked[0]?.text ?? ''))).toEqual(['crmEndpoint']);
  });

  test('is one of sources that say what they let in', async () => {
    const { out } = await gatepost.run('sources');
    expect(out).toMatch(/LAST DAY +EVENTS +URL/);
    expect(out).toMatch(/altoviz .* contact\.\* InvoiceCreated +http/);
    expect(out).toMatch(/github .* all +http/);
    await gatepost.stop();
    gatepost = await commandUnderTest();
    expect((await gatepost.run('sources')).out).not.toContain('EVENTS');
  });
});

test('each event of iVvy that has a name is in one group', () => {
  const grouped = ivvyApi.events.flatMap((key) => ivvyApi.eventsIn?.(key) ?? []);
  expect(grouped.toSorted()).toEqual(Object.keys(ivvyCatalogue).toSorted());
});

describe('what is wrong is said before anything is asked', () => {
  test.each([
    ['subscribe nobody', 4, /no source "nobody".*there are: altoviz, avaza, ivy, augustus, ivvy, github/],
    ['subscribe github', 2, /no client for subscriptions of the provider hmac/],
    ['subscribe altoviz CompanyAdded', 2, /Altoviz has no event CompanyAdded/],
    ['subscribe ivvy __proto__', 2, /iVvy has no event __proto__/],
    ['subscribe altoviz', 1, /can't reach the local stack/],
  ])('%s', async (line, exitCode, words) => {
    expect(await gatepost.run(line)).toMatchObject({ exitCode, out: '', err: expect.stringMatching(words) });
  });

  test('an API key goes over TLS', async () => {
    const env = { GATEPOST_ALTOVIZ_API_KEY: KEY, GATEPOST_ALTOVIZ_API_URL: 'http://api.example.com' };
    const ran = await gatepost.run('subscribe altoviz', { env });
    expect(ran).toMatchObject({ exitCode: 2, err: expect.stringContaining('https://') });
    expect(ran.err).not.toContain(KEY);
  });
});
