import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRolePolicyCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { ListedEvent } from '../../../lambdas/event-log/listed-event.ts';
import { VISIBILITY_SECONDS } from '../../../lib/intake-times.ts';
import { avaza } from '../../../senders/avaza.ts';
import { ivy } from '../../../senders/ivy.ts';
import { readSample } from '../../../senders/samples.ts';
import type { SignedRequest } from '../../../senders/sender.ts';
import { eventOf, newestOf, newlyRejected, rejectedOf } from '../events.ts';
import { LARGER_THAN_A_MESSAGE, LARGER_THAN_AN_ITEM, noise, signLarge } from '../large.ts';
import { waiting } from '../queues.ts';
import { deliverAndExpect, outputsOf, type Step, sign, succeed, until, type Walk } from '../walk.ts';
import { call } from './widget.ts';

/** The functions need each of the permissions that they have. */
export const permissions: Step = {
  title: 'Take each action away in turn',
  run: async (walk) => {
    // What fails is tried again after a second.
    await setVisibility(walk, 1, 1);
    try {
      const walked = await Promise.allSettled(
        (await allWork(walk)).map(async (row) => {
          for (const work of row) await withoutEachGrant(walk, work);
        }),
      );
      for (const one of walked) if (one.status === 'rejected') throw one.reason;
    } finally {
      await setVisibility(walk, VISIBILITY_SECONDS, REJECTED_VISIBILITY_SECONDS);
    }
  },
};

/** As `lib/rejected.ts` has it. The updates read it back. */
const REJECTED_VISIBILITY_SECONDS = 180;

const setVisibility = async (walk: Walk, ofIntake: number, ofRejected: number): Promise<void> => {
  const { IntakeQueueUrl = '' } = await outputsOf(walk);
  const all = [
    [IntakeQueueUrl, ofIntake],
    [IntakeQueueUrl.replace('intake.fifo', 'rejected.fifo'), ofRejected],
  ] as const;
  for (const [QueueUrl, seconds] of all)
    await walk.clients.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } }),
    );
};

interface Work {
  readonly functionName: string;
  /** A part of its role's name. */
  readonly role: string;
  /** Which of the role's actions it is to show the need of. Default: all. */
  readonly needs?: (action: string) => boolean;
  /** Lets the function do what it is for. Throws where it does not. No work disturbs another's. */
  readonly done: () => Promise<void>;
}

/**
 * What each function is for, in rows that can be walked at once. Fan-out gets its deliveries from the functions of ivvy and
 * avaza, the keeper from that of ivy. Of the permissions of the ingest functions to write bodies, that of altoviz stands for
 * all: they differ in the folder only, and `test/e2e/permissions.proof.ts` shows the need of each.
 */
const allWork = async (walk: Walk): Promise<readonly (readonly Work[])[]> => {
  // Stored, routed and kept before any function loses its permissions.
  const event = await newestOf(walk, 'order');
  const [largeEvent, takeBack] = await Promise.all([storeLarge(walk), rejectedWork(walk)]);
  return [
    [fanOut(walk), fanOutOfSeveral(walk), ingest(walk, 'ivvy'), ingest(walk, 'avaza')],
    [ingestLarge(walk)],
    [ingest(walk, 'ivy'), keeper(walk)],
    [ingest(walk, 'augustus'), takeBack],
    [console(walk, event)],
    [replay(walk, largeEvent)],
  ];
};

const storeLarge = async (walk: Walk): Promise<ListedEvent> => {
  const request = await signLarge(walk, 'CustomerUpdated', LARGER_THAN_AN_ITEM);
  const id = await deliverAndExpect(walk, 200, 'altoviz', request);
  return until('A large event in the event log', () => eventOf(walk, id));
};

const ingestOf = (source: string): Omit<Work, 'done'> => ({
  functionName: `gatepost-ingest-${source}`,
  role: `Gate${source.charAt(0).toUpperCase()}${source.slice(1)}FunctionRole`,
});

const ingest = (walk: Walk, source: string): Work => ({
  ...ingestOf(source),
  needs: (action) => action !== 's3:PutObject',
  done: async () => {
    await deliverAndExpect(walk, 200, source, await sign(walk, source));
  },
});

const ingestLarge = (walk: Walk): Work => ({
  ...ingestOf('altoviz'),
  done: async () => {
    const request = await signLarge(walk, 'QuoteUpdated', LARGER_THAN_AN_ITEM);
    await deliverAndExpect(walk, 200, 'altoviz', request);
  },
});

const FAN_OUT = { functionName: 'gatepost-fan-out', role: 'IntakeFanOutRole' } as const;

/** What fan-out needs for large bodies, and for deliveries of several events. */
const isForSeveral = (action: string): boolean => action === 'dynamodb:GetItem' || action.startsWith('s3:');

/** Its events have a queue that nothing else here sends to. */
const fanOut = (walk: Walk): Work => ({
  ...FAN_OUT,
  needs: (action) => !isForSeveral(action),
  done: async () => {
    const { BookingQueueUrl = '' } = await outputsOf(walk);
    const before = await waiting(walk, BookingQueueUrl);
    const request = await sign(walk, 'ivvy', 'BookingMoved');
    const id = await deliverAndExpect(walk, 200, 'ivvy', request);
    const sent = async () => ((await waiting(walk, BookingQueueUrl)) > before ? true : undefined);
    await until('The event in its queue', sent, PATIENCE_SECONDS);
    await deliverAndExpect(walk, 200, 'ivvy', request);
    const repeated = async () => ((await eventOf(walk, id))?.duplicates === 1 ? true : undefined);
    await until('The repeat in the event log', repeated, PATIENCE_SECONDS);
  },
});

/** A delivery of two events of one entity, the first of which is too large for a message. */
const fanOutOfSeveral = (walk: Walk): Work => ({
  ...FAN_OUT,
  needs: isForSeveral,
  done: async () => {
    const { TimesheetQueueUrl = '' } = await outputsOf(walk);
    const sample = await readSample(avaza, 'timesheet_updated');
    const secret = walk.secrets.get('avaza') ?? '';
    const [first, second] = [{ Notes: noise(LARGER_THAN_A_MESSAGE) }, {}].map((item) =>
      avaza.sign(sample, secret, { item }),
    ) as [SignedRequest, SignedRequest];
    const items = [first, second].flatMap(({ body }): unknown[] => JSON.parse(body.toString()));
    const request = { ...first, body: Buffer.from(JSON.stringify(items)) };
    const id = await deliverAndExpect(walk, 200, 'avaza', request);
    await until(
      'Two events in their queue',
      async () => (await taken(walk, TimesheetQueueUrl, id)) || undefined,
      PATIENCE_SECONDS,
    );
  },
});

/** Empties a queue. @returns whether an event of the delivery was in it. */
const taken = async ({ clients: { sqs } }: Walk, QueueUrl: string, deliveryId: string): Promise<boolean> => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.some(({ Body = '' }) => Body.includes(deliveryId));
};

/** It keeps a forgery of ivy that is too large for the event log. An ingest function hands over six a minute. */
const keeper = (walk: Walk): Work => ({
  functionName: 'gatepost-keep-rejected',
  role: 'RejectedKeeperRole',
  done: async () => {
    const before = await rejectedOf(walk, 'ivy');
    const payload = JSON.stringify({ note: noise(LARGER_THAN_AN_ITEM) });
    const forged = ivy.sign({ event: 'order_created', payload }, 'another secret');
    await deliverAndExpect(walk, 401, 'ivy', forged);
    await until(
      'A rejected delivery that is kept',
      async () => (await rejectedOf(walk, 'ivy')).length > before.length || undefined,
      PATIENCE_SECONDS,
    );
  },
});

/** It takes back deliveries of altoviz that came before their secret was stored. */
const rejectedWork = async (walk: Walk): Promise<Work> => {
  const before = await rejectedOf(walk, 'altoviz');
  const secret = randomBytes(32).toString('hex');
  for (let index = 0; index < 2; index++) {
    const request = await signLarge(walk, 'ContactUpdated', LARGER_THAN_AN_ITEM, secret);
    await deliverAndExpect(walk, 401, 'altoviz', request);
  }
  const kept = [...(await newlyRejected(walk, 'altoviz', 2, before))];
  // The one that all others are signed with stays valid: it is the previous one now.
  await succeed(walk, 'npx gatepost secret altoviz', { input: `${secret}\n` });
  return {
    functionName: 'gatepost-rejected',
    role: 'RetriesFunctionRole',
    done: async () => {
      const id = kept[0] ?? '';
      const retried = await call(walk, 'gatepost-rejected', { view: 'retry', id });
      assert.match(retried, /It is genuine/);
      kept.shift();
    },
  };
};

const console = (walk: Walk, { key, source, entity, entityId }: ListedEvent): Work => ({
  functionName: 'gatepost-console',
  role: 'ConsoleViewRole',
  done: async () => {
    for (const filter of [{ source }, { entity, id: entityId }])
      assert((await call(walk, 'gatepost-console', filter)).includes(key), 'no list');
    const opened = await call(walk, 'gatepost-console', { view: 'event', key });
    assert.match(opened, /routed to/);
  },
});

const replay = (walk: Walk, { key }: ListedEvent): Work => ({
  functionName: 'gatepost-replay',
  role: 'ConsoleReplayRole',
  done: async () => {
    const replayed = await call(walk, 'gatepost-replay', { key, replayId: randomUUID() });
    assert.match(replayed, /It is in the intake queue/);
  },
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

const withoutEachGrant = async (
  walk: Walk,
  { functionName, role, needs = () => true, done }: Work,
): Promise<void> => {
  const { iam } = walk.clients;
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const RoleName = Roles.map((one) => one.RoleName ?? '').find((name) => name.includes(role));
  assert(RoleName !== undefined, `there is no role ${role}`);
  const named = { RoleName, PolicyName: 'Only' };
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(named));
  const policy: Policy = JSON.parse(decodeURIComponent(PolicyDocument));
  const { MemorySize = 0 } = await walk.clients.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  /** The size of its memory changes only so that the next call begins in a new process, which remembers nothing. */
  const put = async (document: Policy, memorySize: number): Promise<void> => {
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(document) }));
    await walk.clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: functionName, MemorySize: memorySize }),
    );
  };

  try {
    await persist(done);
    const sets = policy.Statement.flatMap(actionSets).filter(({ actions }) => actions.some(needs));
    for (const [index, { statement, actions }] of sets.entries()) {
      const Statement = policy.Statement.flatMap((one) =>
        one === statement ? without(one, actions) : [one],
      );
      await put({ ...policy, Statement }, MemorySize + 1 + index);
      const outcome = await tryWithout(walk, functionName, done);
      if (outcome === 'done') walk.report.fault(`${functionName} does not need ${actions}`);
      else walk.report.say(`${functionName} needs ${actions}`);
    }
  } finally {
    await put(policy, MemorySize);
  }
  await persist(done);
};

/** How long fan-out and the keeper are waited for. They mostly take much less than a second. */
const PATIENCE_SECONDS = 3;

/** On a busy machine, calls of a function that has just started can time out. */
const ATTEMPTS = 3;

const persist = async (done: Work['done'], attempts = ATTEMPTS): Promise<void> => {
  try {
    await done();
  } catch (error) {
    if (attempts === 1) throw error;
    await persist(done, attempts - 1);
  }
};

/** @throws {Error} where it fails for another reason than a denial, again and again. */
const tryWithout = async (
  walk: Walk,
  functionName: string,
  done: Work['done'],
  attempts = ATTEMPTS,
): Promise<'done' | 'denied'> => {
  const began = Date.now();
  try {
    await done();
    return 'done';
  } catch (error) {
    if (await wasDenied(walk, functionName, began)) return 'denied';
    if (attempts === 1) throw error;
    return tryWithout(walk, functionName, done, attempts - 1);
  }
};

type Statement = Policy['Statement'][number];

/** The actions of a statement, each alone; those for a batch with those for one message. */
const actionSets = (
  statement: Statement,
): readonly { readonly statement: Statement; readonly actions: readonly string[] }[] => {
  const actions = [statement.Action].flat();
  if (actions.some((action) => BY_MINISTACK.test(action))) return [];
  const sets = actions.every((action) => action.startsWith('sqs:Send'))
    ? [actions]
    : actions.map((one) => [one]);
  return sets.map((set) => ({ statement, actions: set }));
};

const without = (statement: Statement, actions: readonly string[]): readonly Statement[] => {
  const Action = [statement.Action].flat().filter((action) => !actions.includes(action));
  return Action.length === 0 ? [] : [{ ...statement, Action }];
};

/**
 * Whether the function's log has a refusal by IAM: a function that is slow fails too. The replay, and the retry of what was
 * rejected, log only that they failed.
 */
const wasDenied = async ({ clients }: Walk, functionName: string, since: number): Promise<boolean> => {
  const denied = async (): Promise<true | undefined> => {
    const { events = [] } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${functionName}`, startTime: since }),
    );
    return events.some(({ message = '' }) => REFUSALS.test(message)) || undefined;
  };
  return until('A refusal in the log', denied, 5).catch(() => false);
};

const REFUSALS = /AccessDenied|"message":"unsent"|"op":"retry".*"outcome":"failed"/;

/** MiniStack writes the logs and receives for the mapping itself, with no role. */
const BY_MINISTACK = /^logs:(Create|Put)|^sqs:(Receive|Delete|Get)/;
