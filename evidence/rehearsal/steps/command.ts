import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { commands } from '../../../cli/commands/index.ts';
import { helpTexts } from '../../../cli/help.ts';
import type { ListedEvent } from '../../../lambdas/event-log/listed-event.ts';
import type { EventPage } from '../../../lambdas/event-log/page.ts';
import type { ListedRejection } from '../../../lambdas/event-log/search-rejected.ts';
import type { Explanation, Retrial } from '../../../lambdas/rejected/retry.ts';
import { ivvy } from '../../../senders/ivvy.ts';
import { startProviderApi } from '../../../test/cli/support/provider-api.ts';
import {
  KEY,
  KEY_SECRET,
  simulatedAltoviz,
  simulatedIvvy,
} from '../../../test/cli/support/simulated-providers.ts';
import type { RunOptions } from '../customer/customer.ts';
import { eventOf, eventsOf, newestOf, newlyRejected, rejectedOf } from '../events.ts';
import { follow, followEach } from '../follow.ts';
import { LARGER_THAN_AN_ITEM, signLarge } from '../large.ts';
import { ROOT } from '../ministack/ministack.ts';
import { deliverAndExpect, gatepostJson, type Step, sign, succeed, until, type Walk } from '../walk.ts';
import { capture, verify } from './verify.ts';

/** Nothing listens on this port. */
const NOTHING_THERE = 'http://127.0.0.1:1';

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

/** Every command of `gatepost` against a stack in AWS. The steps of the failures have a `redrive` that moves messages. */
export const command: Step = {
  title: 'Every command of gatepost, with its exit codes',
  run: async (walk) => {
    const event = await newestOf(walk, 'customer');
    const secret = await capture(walk);
    await show(walk, event, secret);
    await list(walk, event);
    await rejections(walk);
    await replay(walk, event);
    await subscribe(walk);
    await send(walk);
    await verify(walk, secret);
    await json(walk, event);
    await exitCodes(walk);
    await settingsOfTheShell(walk);
  },
};

const show = async (walk: Walk, event: ListedEvent, secret: string): Promise<void> => {
  // The functions' lines reach the logs a moment later, and each look takes seconds on a busy machine.
  const look = async () => {
    const shown = await succeed(walk, `npx gatepost event ${event.key}`);
    const path = /^[\d-]+ [\d:.]+ +accepted .*\n[\d-]+ [\d:.]+ +routed /m;
    return path.test(shown.out) ? shown.out : undefined;
  };
  const out = await until('The path of an event in the logs', look, 60);
  assert.match(out, /^State +routed to gatepost-customer\.fifo, gatepost-crm\.fifo$/m);
  assert.match(out, /"email"/, 'the payload is not shown');
  await followEach(walk, 'operate', [0, 0, 5, 0, 0, 130, 0], {
    input: secret,
    replace: { '<key>': event.key, 'verify ivy': 'verify altoviz' },
    interruptWhen: (printed) => printed.includes('ivvy.company.created'),
  });
  await followEach(walk, 'redrive', [0, 0]);
  const { region } = walk.target;
  await followEach(walk, 'sources', [0, 0], {
    replace: {
      'Gatepost-test --region eu-central-1': `Gatepost --region ${region}`,
    },
  });
};

const list = async (walk: Walk, event: ListedEvent): Promise<void> => {
  const { source, entity, entityId = '', key } = event;
  const { out } = await follow(walk, 'findKey', {
    replace: { '<source>': source, '<entity>': entity, '<id>': entityId },
  });
  assert.match(out, new RegExp(`^[\\d-]+ [\\d:]+ +altoviz +${event.type} .* ${key}$`, 'm'));

  const done = await followEach(walk, 'events', [0, 0, 0, 130, 0, 130], {
    replace: { 'altoviz:5ALSDqUCgYjCAkPFeWnUwFAFtjuTvpVLkmLpKqvCHD4': key, invoice: 'customer' },
    interruptWhen: onArrival(walk),
  });
  const [, repeated, , followed, shown, tailed] = done.map((one) => one.out);
  assert.match(`${repeated}`, /altoviz/);
  assert.match(`${followed}`, /unrecognized/);
  assert.match(`${shown}`, /routed to/);
  assert.match(`${tailed}`, /"email"/);
};

/** What was signed with a secret that is not stored is kept, explained, and taken back once the secret is. */
const rejections = async (walk: Walk): Promise<void> => {
  const before = await rejectedOf(walk, 'altoviz');
  const updates = async () =>
    (await eventsOf(walk)).filter(({ type }) => type === 'altoviz.contact.updated').length;
  const updatesBefore = await updates();
  const secret = randomBytes(32).toString('hex');
  const unknown: Walk = { ...walk, secrets: new Map([['altoviz', secret]]) };
  await deliverAndExpect(walk, 401, 'altoviz', await sign(unknown, 'altoviz', 'ContactUpdated'));
  const request = await signLarge(unknown, 'ContactUpdated', LARGER_THAN_AN_ITEM);
  await deliverAndExpect(walk, 401, 'altoviz', request);
  const [small = '', large = ''] = await newlyRejected(walk, 'altoviz', 2, before);

  const [listed] = await followEach(walk, 'rejectedList', [0]);
  assert.match(`${listed?.out}`, new RegExp(`signature-mismatch .* ${small}$`, 'm'));
  const [explained, shown] = await followEach(walk, 'rejectedWhy', [0, 0], { replace: { '<id>': small } });
  assert.match(`${explained?.out}`, /Refused with 401, signature-mismatch/);
  assert.match(`${shown?.out}`, /x-signature/);
  const list = await gatepostJson<{ readonly rejected: readonly ListedRejection[] }>(
    walk,
    'rejected --source altoviz',
  );
  assert(list.rejected.some(({ id }) => id === large));
  const why = await gatepostJson<Explanation>(walk, `rejected explain ${large}`);
  assert.equal(why.trace.outcome.kind, 'rejected');
  const { body } = await gatepostJson<{ readonly body: string }>(walk, `rejected show ${large}`);
  assert.equal(body, request.body.toString());

  const known = walk.secrets.get('altoviz');
  await succeed(walk, 'npx gatepost secret altoviz', { input: `${secret}\n` });
  const { retried } = await gatepostJson<{ readonly retried: readonly Retrial[] }>(
    walk,
    `rejected retry ${large} --yes`,
  );
  assert.deepEqual(
    retried.map(({ outcome }) => outcome),
    ['stored'],
  );
  await until('The large rejected delivery in the event log', () =>
    eventOf(walk, retried[0]?.deliveryId ?? ''),
  );
  // The forgeries of the steps before are selected too, and stay refused.
  const [taken, again] = await followEach(walk, 'rejectedRetry', [0, 0], {
    replace: { '<id>': small, '--since 2h': '--since 2h --yes' },
  });
  assert.match(`${taken?.out}`, /still refused +signature-mismatch/);
  assert.match(`${taken?.out}`, /altoviz +stored +1 +1 /);
  assert.match(`${again?.out}`, /taken back before/);
  await until('Both rejected deliveries in the event log', async () =>
    (await updates()) === updatesBefore + 2 ? true : undefined,
  );
  await succeed(walk, 'npx gatepost secret altoviz', { input: `${known}\n` });
};

/** Delivers an event once a command has printed something, and interrupts the command once it has printed that event too. */
const onArrival = (walk: Walk): NonNullable<RunOptions['interruptWhen']> => {
  const sent = new Map<string, string>();
  return async (printed, line) => {
    if (!printed.includes('\n')) return false;
    const id =
      sent.get(line) ??
      (line.includes('unrecognized')
        ? await deliverAndExpect(walk, 200, 'ivvy', ivvy.sign({ event: 'NeverHeardOf' }, walk.pki))
        : await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', 'CustomerUpdated')));
    sent.set(line, id);
    const event = await eventOf(walk, id);
    return event !== undefined && printed.includes(event.key);
  };
};

/** Whole, interrupted and resumed. */
const replay = async (walk: Walk, event: ListedEvent): Promise<void> => {
  const replaysOf = async (id: string) =>
    (await eventsOf(walk)).filter(({ key }) => key.endsWith(`~${id}`)).map(({ replayOf }) => replayOf);
  const idIn = (printed: string): string => /^Replay (\S+), at most/m.exec(printed)?.[1] ?? 'none yet';
  const interrupted = await walk.customer.run(
    'npx gatepost replay --source altoviz --entity customer --since 1h --rate 5 --yes',
    { interruptWhen: async (printed) => (await replaysOf(idIn(printed))).length > 0 },
  );
  const id = idIn(interrupted.err);
  assert.equal(interrupted.exitCode, 130, `a replay was not interrupted:\n${interrupted.err}`);
  const [, sent = '', planned = ''] = /^(\d+) of (\d+) events were sent again/m.exec(interrupted.err) ?? [];
  assert(Number(sent) > 0 && Number(sent) < Number(planned), interrupted.err);
  assert(interrupted.err.includes(`gatepost replay --resume ${id}`));

  await followEach(walk, 'replay', [5, 5, 0, 0], {
    replace: {
      'altoviz:5ALSDq…': event.key,
      '--source altoviz': '--source augustus',
      '20261122-9f3a1c7e': id,
    },
  });
  const replayed = await until(`${planned} replayed events`, async () => {
    const all = await replaysOf(id);
    return all.length >= Number(planned) ? all : undefined;
  });
  assert.equal(replayed.length, Number(planned));
  assert.equal(new Set(replayed).size, Number(planned), 'an event was replayed twice');
};

/** At APIs of Altoviz and iVvy that this machine plays. Their keys are in Secrets Manager. */
const subscribe = async (walk: Walk): Promise<void> => {
  const altoviz = simulatedAltoviz(0);
  const ivvyApi = simulatedIvvy(() => new Date());
  const apis = [await startProviderApi(altoviz.reply), await startProviderApi(ivvyApi.reply)] as const;
  const keys = {
    'altoviz-api.json': { key: KEY, url: apis[0].url },
    'ivvy-api.json': { key: KEY, secret: KEY_SECRET, url: apis[1].url },
  };
  for (const [file, content] of Object.entries(keys))
    await succeed(walk, `cat > ${file}`, { input: JSON.stringify(content) });
  await follow(walk, 'storeApiKeys');
  try {
    const { out } = await follow(walk, 'subscribe', {
      replace: { 'subscribe altoviz': 'subscribe altoviz --yes', 'subscribe ivvy': 'subscribe ivvy --yes' },
    });
    assert.match(out, /topicArns: \['arn:aws:sns:/);
    assert.equal(altoviz.webhooks()[0]?.secretKey, walk.secrets.get('altoviz'));
    const listed = await succeed(walk, 'npx gatepost subscriptions altoviz');
    assert.match(listed.out, /\/hooks\/altoviz/);
    const sources = await succeed(walk, 'npx gatepost sources');
    assert.match(sources.out, /^altoviz +altoviz +set +15 events/m);

    await gatepostJson(walk, 'subscribe altoviz --yes');
    await gatepostJson(walk, 'subscriptions altoviz');
    await gatepostJson(walk, 'unsubscribe altoviz --yes');
    assert.deepEqual(altoviz.webhooks(), []);
    const refused = {
      environment: { GATEPOST_ALTOVIZ_API_KEY: 'wrong', GATEPOST_ALTOVIZ_API_URL: apis[0].url },
    };
    assert.equal((await walk.customer.run('npx gatepost subscriptions altoviz', refused)).exitCode, 6);
  } finally {
    for (const api of apis) await api.stop();
    for (const source of ['altoviz', 'ivvy'])
      await walk.clients.secrets.send(
        new DeleteSecretCommand({ SecretId: `gatepost/${source}/api`, ForceDeleteWithoutRecovery: true }),
      );
  }
};

const send = async (walk: Walk): Promise<void> => {
  const contacts = async () => (await eventsOf(walk)).filter(({ entity }) => entity === 'contact').length;
  const before = await contacts();
  await succeed(walk, 'npx gatepost send altoviz ContactCreated --count 3');
  await succeed(walk, 'npx gatepost send altoviz --tamper');
  const sent = await gatepostJson<{ readonly statuses: object }>(walk, 'send augustus --duplicate');
  assert.deepEqual(sent.statuses, { 200: 2 });
  await until('Three contacts in the event log', async () =>
    (await contacts()) === before + 3 ? true : undefined,
  );
};

/** With `--json`, each command prints one value; those that follow print one a line. */
const json = async (walk: Walk, { key }: ListedEvent): Promise<void> => {
  await until('A list of everything that is stored', async () => {
    const page = await gatepostJson<EventPage>(walk, 'events --source altoviz --limit 1000 --since 1h');
    const stored = (await eventsOf(walk)).filter(({ source }) => source === 'altoviz');
    return isDeepStrictEqual(sortedKeys(page.events), sortedKeys(stored)) ? true : undefined;
  });
  for (const line of [
    `event ${key}`,
    `replay ${key} --yes`,
    'redrive',
    'secret altoviz --show',
    'sources',
    'queues',
    'asyncapi',
  ])
    await gatepostJson(walk, line);
  for (const line of ['tail customer --lines 3', 'events --follow --entity customer --limit 3']) {
    const done = await walk.customer.run(`npx gatepost --json ${line}`, { interruptWhen: onArrival(walk) });
    assert.equal(done.exitCode, 130, `${line} ended with ${done.exitCode}:\n${done.err}`);
    const values = done.out
      .trimEnd()
      .split('\n')
      .map((one): object => JSON.parse(one));
    assert(values.length > 3, `${line} printed:\n${done.out}`);
    walk.json.add(line.split(' ')[0] ?? '');
  }
  const [, ...names] = helpTexts(commands).keys();
  assert.deepEqual([...walk.json].toSorted(), names.toSorted(), 'not every command was run with --json');
};

const sortedKeys = (events: readonly ListedEvent[]): readonly string[] =>
  events.map((event) => event.key).toSorted();

/** What docs/cli.md says of exit codes and errors. */
const exitCodes = async (walk: Walk): Promise<void> => {
  const expected: readonly (readonly [number, string, RunOptions?])[] = [
    [0, 'redrive'],
    [2, 'replay'],
    [3, 'sources --stack NoSuchStack'],
    [3, 'sources', { environment: NO_KEYS }],
    // The AWS CLI refuses these too. Other credentials would be those of another account.
    [3, 'sources', { environment: { AWS_PROFILE: 'not-there' } }],
    [3, 'sources', { environment: { AWS_SECRET_ACCESS_KEY: undefined } }],
    [4, 'event altoviz:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    [4, 'secret nope --show'],
    [2, 'send ivvy'],
    [1, 'sources', { environment: { AWS_ENDPOINT_URL: NOTHING_THERE } }],
  ];
  await Promise.all(
    expected.map(async ([exitCode, line, options]) => {
      const done = await walk.customer.run(`npx gatepost --json ${line}`, options);
      assert.equal(done.exitCode, exitCode, `gatepost ${line} ended with ${done.exitCode}:\n${done.err}`);
      if (exitCode !== 0) assert.equal(JSON.parse(done.err).error.exitCode, exitCode);
    }),
  );
};

/** Profiles, regions and endpoints as the AWS CLI knows them; and nothing is printed that is not the command's own. */
const settingsOfTheShell = async (walk: Walk): Promise<void> => {
  const { endpoint, region } = walk.target;
  const none = { AWS_ENDPOINT_URL: undefined, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  const files = { AWS_CONFIG_FILE: 'aws-config', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const input = `[profile rehearsal]
region = ${region}
endpoint_url = ${endpoint}
aws_access_key_id = ${ROOT.accessKeyId}
aws_secret_access_key = ${ROOT.secretAccessKey}
[profile another]
aws_access_key_id = another
aws_secret_access_key = another
`;
  await succeed(walk, 'cat > aws-config', { input });
  const shells: readonly (readonly [string, RunOptions['environment']])[] = [
    // The queues' URLs name another host.
    ['redrive', { AWS_ENDPOINT_URL: endpoint.replace('localhost', '127.0.0.1') }],
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_PROFILE: 'rehearsal' }],
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_DEFAULT_PROFILE: 'rehearsal' }],
    ['redrive --profile rehearsal', { ...none, ...files, ...NO_KEYS }],
    // The flag comes before keys, and keys before the variable.
    ['redrive --profile rehearsal', { ...none, ...files, AWS_ACCESS_KEY_ID: 'another' }],
    ['redrive', { ...files, AWS_PROFILE: 'another' }],
    // An empty variable is none.
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_REGION: '', AWS_PROFILE: 'rehearsal' }],
  ];
  await Promise.all(
    shells.map(async ([line, environment]) => {
      const { out, err } = await succeed(walk, `npx gatepost ${line}`, { environment });
      assert.equal(out + err, 'All dead-letter queues are empty.\n', JSON.stringify(environment));
    }),
  );
};
