import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Source } from '../../lambdas/core/source.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { meaningOf } from '../../lambdas/providers/shared/catalogue.ts';
import type { Properties, Template } from '../../local/assembly/template.ts';
import { senderOf } from '../../senders/index.ts';
import { readSample, sampleNames } from '../../senders/samples.ts';
import { signerFor } from '../../senders/signer.ts';
import { DECLARED_SENDERS, newBody } from './support/declared-senders.ts';
import { assemblyUnderTest, withFunctions, writeEdited } from './support/edited-assembly.ts';
import { type Answer, type StartedGate, startGate } from './support/gate-under-test.ts';
import { type Grant, grantsOf, withProperties } from './support/grants.ts';

// Every grant of the template is needed, and what is not granted is refused: each is taken out alone, and the walk that
// needs it fails. Permissions are enforced on every local stack; here they are changed under a running one.

const FAN_OUT = 'gatepost-fan-out';
const INTAKE = 'gatepost-intake.fifo';
const REJECTED_QUEUE = 'gatepost-rejected.fifo';
const DECLARED_SECRET = 'the-secret-of-those-who-ask-for-permission';

/** What an ingest function is told about its source. */
const configurationOf = (properties: Properties): Source<object> | undefined => {
  const { Variables } = (properties.Environment ?? {}) as { Variables?: { readonly SOURCE?: string } };
  return Variables?.SOURCE === undefined ? undefined : JSON.parse(Variables.SOURCE);
};

/** The app under test, only that anyone may post to it: a source that takes some addresses only can't be walked from here. */
const withoutSourceIps = (app: Template): Template =>
  Object.entries(app.Resources).reduce((edited, [id, { Properties = {} }]) => {
    const source = configurationOf(Properties);
    if (source === undefined) return edited;
    const SOURCE = JSON.stringify({ ...source, settings: { ...source.settings, sourceIps: undefined } });
    const { Variables } = Properties.Environment as { Variables: Properties };
    return withProperties(edited, id, { Environment: { Variables: { ...Variables, SOURCE } } });
  }, app);

const template = withoutSourceIps((await assemblyUnderTest()).template);
const grants = grantsOf(template);

const INGEST = /^gatepost-ingest-/;
const FAN_OUT_ONLY = /^gatepost-fan-out$/;
const CONSOLE = /^gatepost-console$/;
const REPLAY = /^gatepost-replay$/;
const KEEPER = /^gatepost-keep-rejected$/;
const REJECTED = /^gatepost-rejected$/;

const of = (action: string, functionName: RegExp, resource = /^/) =>
  grants.filter(
    (grant) =>
      grant.action === action && functionName.test(grant.functionName) && resource.test(grant.resource),
  );

const SOURCES: string[] = [];
/** A source and an event of it for each entity. */
const EVENTS = new Map<string, readonly [source: string, event: string]>([
  ['unrecognized', ['slack', 'unicorn_born']],
]);
for (const { Properties = {} } of Object.values(template.Resources)) {
  const source = configurationOf(Properties);
  if (source === undefined) continue;
  SOURCES.push(source.name);
  const catalogue = providerNamed(source.provider).catalogue(source.settings as never);
  // Slack and others are declarations of the app under test: only these tests play them.
  const isDeclared = source.name === 'slack' || Object.hasOwn(DECLARED_SENDERS, source.name);
  const events = isDeclared ? Object.keys(catalogue) : await sampleNames(source.provider);
  for (const event of events) {
    const { entity } = meaningOf(catalogue, event) ?? {};
    if (entity !== undefined && !EVENTS.has(entity)) EVENTS.set(entity, [source.name, event]);
  }
}

/** What consumers of the app under test choose. */
const OF_CONSUMERS: Readonly<Record<string, readonly [source: string, event: string]>> = {
  crm: ['altoviz', 'CustomerCreated'],
  billing: ['altoviz', 'InvoiceCreated'],
};
const altovizEvent = (entity: string): string =>
  Object.entries(altovizCatalogue).find(([, meaning]) => meaning === `${entity}.created`)?.[0] ?? '';

/** By the walk that needs them. */
const WALKS = {
  readSecret: of('secretsmanager:GetSecretValue', INGEST),
  store: of('sqs:SendMessage', INGEST, /intake/),
  handOver: of('sqs:SendMessage', INGEST, /rejected/),
  keepBody: of('s3:PutObject', INGEST),
  route: of('sqs:SendMessage', FAN_OUT_ONLY, /(?<!-dlq)\.fifo$/),
  giveUp: of('sqs:SendMessage', FAN_OUT_ONLY, /-dlq\.fifo$/),
  claim: of('dynamodb:PutItem', FAN_OUT_ONLY),
  count: of('dynamodb:UpdateItem', FAN_OUT_ONLY),
  progress: of('dynamodb:GetItem', FAN_OUT_ONLY),
  poll: [...of('sqs:GetQueueAttributes', FAN_OUT_ONLY), ...of('sqs:ReceiveMessage', FAN_OUT_ONLY)],
  readBody: of('s3:GetObject', FAN_OUT_ONLY),
  keepData: of('s3:PutObject', FAN_OUT_ONLY),
  acknowledge: of('sqs:DeleteMessage', FAN_OUT_ONLY),
  list: of('dynamodb:Query', CONSOLE),
  open: [...of('dynamodb:GetItem', CONSOLE), ...of('logs:FilterLogEvents', CONSOLE)],
  replay: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'sqs:SendMessage'].flatMap((action) =>
    of(action, REPLAY),
  ),
  replayBody: of('s3:GetObject', REPLAY),
  keep: [...of('dynamodb:PutItem', KEEPER), ...of('dynamodb:UpdateItem', KEEPER)],
  keepRejectedBody: of('s3:PutObject', KEEPER),
  pollRejected: [...of('sqs:GetQueueAttributes', KEEPER), ...of('sqs:ReceiveMessage', KEEPER)],
  acknowledgeRejected: of('sqs:DeleteMessage', KEEPER),
  explain: [...of('dynamodb:GetItem', REJECTED), ...of('secretsmanager:GetSecretValue', REJECTED)],
  takeBack: ['dynamodb:UpdateItem', 'sqs:SendMessage', 's3:PutObject', 's3:GetObject'].flatMap((action) =>
    of(action, REJECTED),
  ),
};

/** What no walk on the local stack can show to be needed. */
const UNSEEN: readonly string[] = [
  // The local stack takes the functions' lines from their output: only Lambda itself needs these two.
  'logs:CreateLogStream',
  'logs:PutLogEvents',
];

/** A payload with more in it: in its `data`, if it has one. */
const withFiller = (payload: { readonly data?: unknown }, more: object): object =>
  typeof payload.data === 'object'
    ? { ...payload, data: { ...payload.data, ...more } }
    : { ...payload, ...more };

/** {@link Grant} as one line: what the tests are called, and what the local stack says of a refusal begins with. */
const title = ({ functionName, action, resource }: Grant) => `${functionName}: ${action} on ${resource}`;
const titled = (list: readonly Grant[]) => list.map((grant) => [title(grant), grant] as const);

test('every grant has its walk', () => {
  const walked = new Set(Object.values(WALKS).flat());
  const others = grants.filter((grant) => !walked.has(grant) && !UNSEEN.includes(grant.action));
  expect(others.map(title)).toEqual([]);
  expect(Object.entries(WALKS).filter(([, { length }]) => length === 0)).toEqual([]);
});

const refusals = (gate: StartedGate): readonly string[] =>
  gate.happenings.flatMap((happening) =>
    happening.kind === 'note' && happening.text.includes(' may not ') ? [happening.text] : [],
  );

/** Whether the local stack has said that it refused this, and to whom. */
const isRefused = (gate: StartedGate, { functionName, action, resource }: Grant): boolean =>
  refusals(gate).some(
    (text) =>
      text.startsWith(`${functionName} may not ${action} on arn:aws:`) && text.includes(partOf(resource)),
  );

/** Of the objects in a bucket, their folder: the bucket's name has the account in it. */
const partOf = (resource: string): string =>
  resource.replace(/^[^/]*(\/(?:bodies|data|rejected)\/.*)\*$/, '$1');

const refused = (gate: StartedGate, grant: Grant) =>
  gate.until(`${title(grant)} is refused`, () => isRefused(gate, grant));

describe('taken out of a running stack', () => {
  let assembly: string;
  let gate: StartedGate;
  beforeAll(async () => {
    assembly = await writeEdited(template);
    gate = await startGate(assembly);
    for (const source of ['slack', ...Object.keys(DECLARED_SENDERS)]) {
      await gate.setSecret(source, DECLARED_SECRET);
    }
    await gate.setVisibility(INTAKE, 2);
    await gate.setVisibility(REJECTED_QUEUE, 2);
  }, 60_000);
  afterAll(async () => {
    await gate.stop();
    await rm(assembly, { recursive: true });
  }, 30_000);

  const slack = (type: string, more: object = {}): Promise<Answer> => {
    const now = Math.floor(Date.now() / 1000);
    const event = { type, channel: { id: type }, user: { id: type }, ...more };
    const body = JSON.stringify({
      type: 'event_callback',
      event_id: `Ev${Math.random()}`,
      event_time: now,
      event,
    });
    const signature = createHmac('sha256', DECLARED_SECRET).update(`v0:${now}:${body}`).digest('hex');
    return gate.post('slack', {
      headers: { 'x-slack-request-timestamp': String(now), 'x-slack-signature': `v0=${signature}` },
      body,
    });
  };
  const deliver = async (source: string, event?: string): Promise<Answer> => {
    if (source === 'slack') return slack(event ?? 'message');
    const declared = DECLARED_SENDERS[source];
    if (declared === undefined) return gate.deliver(source, event);
    return gate.post(source, await declared(DECLARED_SECRET, gate.localStack.pki));
  };
  /** A body with so many characters more than usual, which can hardly be compressed. */
  const deliverLarge = async (source: string, characters = 600_000): Promise<Answer> => {
    const more = { filler: randomBytes(characters).toString('base64').slice(0, characters) };
    if (source === 'slack') return slack('message', more);
    const declared = DECLARED_SENDERS[source];
    if (declared !== undefined) {
      return gate.post(source, await declared(DECLARED_SECRET, gate.localStack.pki, newBody(more)));
    }
    const sender = senderOf(source) ?? senderOf(source.split('-')[0] ?? '');
    if (sender === undefined) throw new Error(`Nobody plays ${source}`);
    const { event, payload = '{}' } = await readSample(sender, sender.defaultEvent);
    const sign = await signerFor(sender, source, gate.stateDir);
    return gate.post(
      source,
      await sign({ event, payload: JSON.stringify(withFiller(JSON.parse(payload), more)) }),
    );
  };
  const sourceOf = ({ functionName }: Grant) => functionName.replace('gatepost-ingest-', '');

  // First the secrets, while no function has one in its memory yet.
  const atTheDoor = [...titled(WALKS.readSecret), ...titled(WALKS.store)];
  test.each(atTheDoor)('%s: 503, until it is back', async (_, grant) => {
    await gate.localStack.enforce(grant.without);
    expect(await deliver(sourceOf(grant))).toMatchObject({ status: 503 });
    expect(isRefused(gate, grant)).toBe(true);
    await gate.localStack.enforce(template);
    expect(await deliver(sourceOf(grant))).toMatchObject({ status: 200 });
  });

  test.each(titled(WALKS.keepBody))('%s: 503 for a large body, until it is back', async (_, grant) => {
    await gate.localStack.enforce(grant.without);
    expect(await deliverLarge(sourceOf(grant))).toMatchObject({ status: 503 });
    expect(isRefused(gate, grant)).toBe(true);
    await gate.localStack.enforce(template);
    expect(await deliverLarge(sourceOf(grant))).toMatchObject({ status: 200 });
  });

  describe('fan-out', () => {
    const waiting: string[] = [];
    const empty = async () => {
      for (const queue of Object.keys(gate.localStack.queues))
        await gate.take(queue, await gate.depth(`gatepost-${queue}.fifo`));
    };
    beforeAll(async () => {
      await gate.settled();
      await empty();
    });
    /** An event that a queue gets, and the source of it. */
    const eventFor = (queue: string) =>
      OF_CONSUMERS[queue] ?? EVENTS.get(queue) ?? ['altoviz', altovizEvent(queue.replace(/^audit_/, ''))];

    test.each(titled(WALKS.route))('%s: the event does not arrive', async (_, grant) => {
      const queue = grant.resource.replace(/^gatepost-|\.fifo$/g, '');
      const [source = '', event] = eventFor(queue);
      const before = await gate.depth(grant.resource);
      await gate.localStack.enforce(grant.without);
      expect(await deliver(source, event)).toMatchObject({ status: 200 });
      await refused(gate, grant);
      expect(await gate.depth(grant.resource)).toBe(before);
      waiting.push(queue);
    });

    test('and none is lost: with its grant back each arrives', async () => {
      await gate.localStack.enforce(template);
      expect(waiting).toHaveLength(WALKS.route.length);
      for (const queue of waiting) expect(await gate.take(queue)).toHaveLength(1);
      await gate.settled();
      await empty();
      expect(await gate.depth('gatepost-intake-dlq.fifo')).toBe(0);
    }, 30_000);

    test.each(titled(WALKS.giveUp))('%s: what its queue refuses does not arrive there', async (_, grant) => {
      const consumer = grant.resource.replace(/^gatepost-|-dlq\.fifo$/g, '');
      const [source = '', event] = OF_CONSUMERS[consumer] ?? ['altoviz', 'ContactCreated'];
      gate.aws.decide(({ action, body }) =>
        action === 'SendMessageBatch' && new RegExp(`/gatepost-${consumer}(_\\w+)?\\.fifo"`).test(body)
          ? { status: 400, error: 'com.amazonaws.sqs#QueueDoesNotExist' }
          : 'pass',
      );
      await gate.localStack.enforce(grant.without);
      expect(await deliver(source, event)).toMatchObject({ status: 200 });
      await refused(gate, grant);
      expect(await gate.depth(grant.resource)).toBe(0);
      await gate.localStack.enforce(template);
      await gate.until('it is there', async () => (await gate.depth(grant.resource)) === 1);
      gate.aws.pass();
      await gate.settled();
      await empty();
    });

    test.each(titled(WALKS.claim))('%s: the event does not arrive, until it is back', async (_, grant) => {
      await gate.localStack.enforce(grant.without);
      await deliver('altoviz', 'QuoteCreated');
      await refused(gate, grant);
      expect(await gate.depth('gatepost-quote.fifo')).toBe(0);
      await gate.localStack.enforce(template);
      expect(await gate.take('quote')).toHaveLength(1);
    });

    test.each(titled(WALKS.progress))(
      '%s: several events of an entity do not arrive, until it is back',
      async (_, grant) => {
        await gate.setSecret('avaza', DECLARED_SECRET);
        await gate.localStack.interrupt('gatepost-ingest-avaza');
        await gate.take('timesheet', await gate.depth('gatepost-timesheet.fifo'));
        const items = ['2026-11-29T10:00:00Z', '2026-11-29T10:00:01Z'].map((DateUpdated) => ({
          TimesheetEntryID: 1,
          DateUpdated,
        }));
        const authorization = `Basic ${Buffer.from(DECLARED_SECRET).toString('base64')}`;
        const request = {
          path: '/timesheet_updated',
          headers: { authorization },
          body: JSON.stringify(items),
        };
        await gate.localStack.enforce(grant.without);
        expect(await gate.post('avaza', request)).toMatchObject({ status: 200 });
        await refused(gate, grant);
        expect(await gate.depth('gatepost-timesheet.fifo')).toBe(0);
        await gate.localStack.enforce(template);
        expect(await gate.take('timesheet', 2)).toHaveLength(2);
      },
    );

    test.each(titled(WALKS.count))('%s: the duplicate is not counted, until it is back', async (_, grant) => {
      const request = await gate.sign('altoviz', 'ProductCreated');
      const { deliveryId } = (await gate.post('altoviz', request)).body as { deliveryId: string };
      const duplicates = async () =>
        (await gate.eventLog()).find((item) => item.deliveryId?.S === deliveryId)?.duplicates?.N;
      await gate.take('product');
      await gate.localStack.enforce(grant.without);
      await gate.post('altoviz', request);
      await refused(gate, grant);
      expect(await duplicates()).toBeUndefined();
      await gate.localStack.enforce(template);
      await gate.until('it is counted', async () => (await duplicates()) === '1');
    });
  });

  // Too large for a message, or only for an item of the event log.
  const objects = [...titled(WALKS.readBody), ...titled(WALKS.keepData)];
  test.each(objects)('%s: a large event does not arrive, until it is back', async (_, grant) => {
    await gate.settled();
    await gate.take('customer', await gate.depth('gatepost-customer.fifo'));
    const isOfLog = grant.action === 's3:PutObject' && grant.resource.includes('/bodies/');
    await gate.localStack.enforce(grant.without);
    expect(await deliverLarge('altoviz', isOfLog ? 515_000 : 1_200_000)).toMatchObject({ status: 200 });
    await refused(gate, grant);
    expect(await gate.depth('gatepost-customer.fifo')).toBe(0);
    await gate.localStack.enforce(template);
    expect(await gate.take('customer')).toHaveLength(1);
  });

  test.each(titled(WALKS.replayBody))(
    '%s: no replay of a large event, until it is back',
    async (_, grant) => {
      const { deliveryId } = (await deliverLarge('altoviz')).body as { deliveryId: string };
      await gate.settled();
      const item = (await gate.eventLog()).find((each) => each.deliveryId?.S === deliveryId);
      const replay = () =>
        gate.localStack.invoke('gatepost-replay', { key: item?.key?.S, replayId: randomUUID() });
      await gate.localStack.enforce(grant.without);
      expect(await replay()).toContain('could not be sent');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await replay()).toContain('Replayed');
    },
  );

  describe('the console', () => {
    /** The key of an event of each source. */
    const keys = new Map<string, string>();
    const view = (parameters: object) => gate.localStack.invoke('gatepost-console', parameters);

    beforeAll(async () => {
      for (const source of SOURCES) await deliver(source);
      await gate.settled();
      for (const item of await gate.eventLog()) keys.set(item.source?.S ?? '', item.key?.S ?? '');
    }, 60_000);

    test.each(titled(WALKS.list))('%s: no list, until it is back', async (_, grant) => {
      const list = grant.resource.endsWith('by-entity') ? { entity: 'quote', id: '5501' } : {};
      await gate.localStack.enforce(grant.without);
      expect(await view(list)).toContain('could not be read');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await view(list)).toContain('newest first');
    });

    test.each(titled(WALKS.open))('%s: no event, until it is back', async (_, grant) => {
      const source = /ingest-(.+)$/.exec(grant.resource)?.[1] ?? 'altoviz';
      const event = { view: 'event', key: keys.get(source) };
      await gate.localStack.enforce(grant.without);
      expect(await view(event)).toContain('could not be read');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await view(event)).toContain(event.key);
    });

    test.each(titled(WALKS.replay))('%s: no replay, until it is back', async (_, grant) => {
      const button = { key: keys.get('altoviz'), replayId: randomUUID() };
      const replay = () => gate.localStack.invoke('gatepost-replay', button);
      await gate.localStack.enforce(grant.without);
      expect(await replay()).toContain('could not be sent');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await replay()).toContain('Replayed');
    });
  });

  describe('rejected deliveries', () => {
    /** What nobody signed, so that every source refuses it: the id under which it is kept, if it is. */
    const refuse = async (source: string, headers = {}, body = '{"id":1}'): Promise<string | undefined> => {
      // Avaza names the event in its path.
      const path = source === 'avaza' ? '/task_created' : '';
      const { status } = await gate.post(source, { headers, body, path });
      expect([400, 401, 403, 503]).toContain(status);
      const { deliveryId } = gate.lines
        .filter(({ functionName }) => functionName === `gatepost-ingest-${source}`)
        .map(({ text }) => JSON.parse(text))
        .findLast(({ outcome }) => outcome === 'rejected' || outcome === 'failed');
      return deliveryId;
    };
    /** One of altoviz that another secret has signed, with so many characters that can hardly be compressed. */
    const refuseSigned = (characters = 0, secret = randomUUID()): Promise<string | undefined> => {
      const note = randomBytes(characters).toString('base64').slice(0, characters);
      const body = JSON.stringify({ id: randomUUID(), type: 'QuoteCreated', data: { id: 1, note } });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      return refuse('altoviz', { 'x-signature': signature }, body);
    };
    const act = async (parameters: object): Promise<unknown> =>
      gate.localStack.invoke('gatepost-rejected', parameters);
    const kept = async (id: string | undefined): Promise<boolean> =>
      (await gate.everything()).some(({ key }) => key?.S === `rejected/${id}`);
    /** A function hands over six a minute, and starts anew with six more. */
    const restart = () => gate.localStack.interrupt('gatepost-ingest-altoviz');

    test.each(titled(WALKS.handOver))('%s: it is not kept, until it is back', async (_, grant) => {
      await gate.localStack.enforce(grant.without);
      expect(await refuse(sourceOf(grant))).toBeUndefined();
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await refuse(sourceOf(grant))).toEqual(expect.any(String));
    });

    const byKeeper = [...titled(WALKS.keep), ...titled(WALKS.keepRejectedBody)];
    test.each(byKeeper)('%s: it is not kept, until it is back', async (_, grant) => {
      await restart();
      await gate.localStack.enforce(grant.without);
      const id = await refuseSigned(grant.action === 's3:PutObject' ? 600_000 : 0);
      await refused(gate, grant);
      expect(await kept(id)).toBe(false);
      await gate.localStack.enforce(template);
      await gate.until('it is kept', () => kept(id));
    });

    test.each(titled(WALKS.explain))('%s: it is not opened, until it is back', async (_, grant) => {
      const source =
        grant.action === 'dynamodb:GetItem' ? 'altoviz' : grant.resource.replace('gatepost/', '');
      if (source === 'altoviz') await restart();
      const id = await refuse(source);
      await gate.until('it is kept', () => kept(id));
      await gate.localStack.enforce(grant.without);
      expect(await act({ view: 'delivery', id })).toContain('could not be read');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await act({ view: 'delivery', id })).toContain('By the settings and secrets of today');
    });

    test.each(titled(WALKS.takeBack))('%s: it is not taken back, until it is back', async (_, grant) => {
      await restart();
      const secrets = await readFile(join(gate.stateDir, 'secrets.json'), 'utf8');
      // Too large for a message: it lies in the bucket, before and after.
      const secret = randomUUID();
      const id = await refuseSigned(grant.action.startsWith('s3:') ? 600_000 : 0, secret);
      await gate.until('it is kept', () => kept(id));
      await gate.setSecret('altoviz', secret);
      await gate.localStack.enforce(grant.without);
      expect(await act({ view: 'retry', id })).toContain('could not be checked or stored');
      expect(isRefused(gate, grant)).toBe(true);
      await gate.localStack.enforce(template);
      expect(await act({ view: 'retry', id })).toContain('It is genuine');
      await writeFile(join(gate.stateDir, 'secrets.json'), secrets);
    });
  });

  test("a queue's own policy counts: what it denies, no role allows", async () => {
    const [id = '', policy] =
      Object.entries(template.Resources).find(
        ([, { Type, Properties }]) =>
          Type === 'AWS::SQS::QueuePolicy' && /IntakeFifoQueue/.test(JSON.stringify(Properties?.Queues)),
      ) ?? [];
    const document = JSON.stringify(policy?.Properties?.PolicyDocument);
    const deny = document.replace('"aws:SecureTransport":"false"', '"aws:SecureTransport":"true"');
    expect(deny).not.toBe(document);
    await gate.localStack.enforce(withProperties(template, id, { PolicyDocument: JSON.parse(deny) }));
    expect(await deliver('ivvy')).toMatchObject({ status: 503 });
    expect(refusals(gate).at(-1)).toMatch(
      / on arn:aws:sqs:.*:gatepost-intake\.fifo: the policy of the queue denies it$/,
    );
    await gate.localStack.enforce(template);
    expect(await deliver('ivvy')).toMatchObject({ status: 200 });
  });
});

describe('never there: what Lambda does in the name of a function behind a queue', () => {
  const started: { gate: StartedGate; assembly: string }[] = [];
  afterAll(async () => {
    for (const { gate, assembly } of started) {
      await gate.stop();
      await rm(assembly, { recursive: true });
    }
  }, 30_000);

  const KEEPING = ['gatepost-keep-rejected', 'gatepost-ingest-altoviz'];

  const startWithout = async (
    grant: Grant,
    functions = [FAN_OUT, 'gatepost-ingest-altoviz'],
  ): Promise<StartedGate> => {
    const assembly = await writeEdited(withFunctions(grant.without, functions));
    const gate = await startGate(assembly);
    started.push({ gate, assembly });
    return gate;
  };

  test.each(titled(WALKS.poll))(
    '%s: the delivery waits, until it is back',
    async (_, grant) => {
      const gate = await startWithout(grant);
      await refused(gate, grant);
      expect(await gate.deliver('altoviz', 'QuoteCreated')).toMatchObject({ status: 200 });
      expect(await gate.depth(INTAKE)).toBe(1);
      expect(await gate.depth('gatepost-quote.fifo')).toBe(0);
      await gate.localStack.enforce(withFunctions(template, [FAN_OUT, 'gatepost-ingest-altoviz']));
      expect(await gate.take('quote')).toHaveLength(1);
    },
    30_000,
  );

  test.each(titled(WALKS.acknowledge))(
    '%s: what is done with comes again and again',
    async (_, grant) => {
      const gate = await startWithout(grant);
      await gate.setVisibility(INTAKE, 1);
      expect(await gate.deliver('altoviz', 'QuoteCreated')).toMatchObject({ status: 200 });
      expect(await gate.take('quote')).toHaveLength(1);
      await refused(gate, grant);
      await gate.until(
        'it goes to the DLQ',
        async () => (await gate.depth('gatepost-intake-dlq.fifo')) === 1,
      );
    },
    30_000,
  );

  const keptCount = async (gate: StartedGate): Promise<number> =>
    (await gate.everything()).filter(({ key }) => key?.S?.startsWith('rejected/')).length;
  const refuse = (gate: StartedGate) => gate.post('altoviz', { body: '{}' });

  test.each(titled(WALKS.pollRejected))(
    '%s: what was rejected waits, until it is back',
    async (_, grant) => {
      const gate = await startWithout(grant, KEEPING);
      await refused(gate, grant);
      expect(await refuse(gate)).toMatchObject({ status: 401 });
      expect(await gate.depth(REJECTED_QUEUE)).toBe(1);
      expect(await keptCount(gate)).toBe(0);
      await gate.localStack.enforce(withFunctions(template, KEEPING));
      await gate.until('it is kept', async () => (await keptCount(gate)) === 1);
    },
    30_000,
  );

  test.each(titled(WALKS.acknowledgeRejected))(
    '%s: what is kept comes again, and is kept once',
    async (_, grant) => {
      const gate = await startWithout(grant, KEEPING);
      await gate.setVisibility(REJECTED_QUEUE, 1);
      expect(await refuse(gate)).toMatchObject({ status: 401 });
      await refused(gate, grant);
      const lines = () => gate.lines.filter(({ functionName }) => functionName === 'gatepost-keep-rejected');
      await gate.until('it has come twice', () => lines().length >= 2);
      expect(await keptCount(gate)).toBe(1);
      expect(await gate.depth(REJECTED_QUEUE)).toBe(1);
    },
    30_000,
  );
});
