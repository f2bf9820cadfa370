import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRolePolicyCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { ListedEvent } from '../../../lambdas/event-log/listed-event.ts';
import { VISIBILITY_SECONDS } from '../../../lib/intake-times.ts';
import { SHIPPED_SOURCES } from '../../shipped-sources.ts';
import { eventOf, newestOf } from '../events.ts';
import { waiting } from '../queues.ts';
import { deliverAndExpect, outputsOf, type Step, sign, until, type Walk } from '../walk.ts';
import { call } from './widget.ts';

/** The functions need each of the permissions that they have. */
export const permissions: Step = {
  title: 'Take each action away in turn',
  run: async (walk) => {
    // A delivery that fails is tried again after a second.
    await setVisibility(walk, 1);
    try {
      const walked = await Promise.allSettled(
        (await allWork(walk)).map(async (row) => {
          for (const work of row) await withoutEachGrant(walk, work);
        }),
      );
      for (const one of walked) if (one.status === 'rejected') throw one.reason;
    } finally {
      await setVisibility(walk, VISIBILITY_SECONDS);
    }
  },
};

const setVisibility = async (walk: Walk, seconds: number): Promise<void> => {
  const { IntakeQueueUrl: QueueUrl } = await outputsOf(walk);
  const Attributes = { VisibilityTimeout: String(seconds) };
  await walk.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
};

interface Work {
  readonly functionName: string;
  /** A part of its role's name. */
  readonly role: string;
  /** Lets the function do what it is for. Throws where it does not. No work disturbs another's. */
  readonly done: () => Promise<void>;
}

/** What each function is for, in rows that can be walked at once. Fan-out gets its deliveries from the function of ivvy. */
const allWork = async (walk: Walk): Promise<readonly (readonly Work[])[]> => {
  // Stored and routed before fan-out loses its permissions.
  const event = await newestOf(walk, 'order');
  const { ivvy: _, ...others } = SHIPPED_SOURCES;
  return [
    [fanOut(walk), ingest(walk, 'ivvy')],
    ...Object.keys(others).map((source) => [ingest(walk, source)]),
    [console(walk, event)],
    [replay(walk, event)],
  ];
};

const ingest = (walk: Walk, source: string): Work => ({
  functionName: `gatepost-ingest-${source}`,
  role: `Gate${source.charAt(0).toUpperCase()}${source.slice(1)}FunctionRole`,
  done: async () => {
    await deliverAndExpect(walk, 200, source, await sign(walk, source));
  },
});

/** Its events have a queue that nothing else here sends to. */
const fanOut = (walk: Walk): Work => ({
  functionName: 'gatepost-fan-out',
  role: 'IntakeFanOutRole',
  done: async () => {
    const { BookingQueueUrl = '' } = await outputsOf(walk);
    const before = await waiting(walk, BookingQueueUrl);
    const request = await sign(walk, 'ivvy', 'BookingMoved');
    const id = await deliverAndExpect(walk, 200, 'ivvy', request);
    const sent = async () => ((await waiting(walk, BookingQueueUrl)) > before ? true : undefined);
    await until('The event in its queue', sent, 4);
    await deliverAndExpect(walk, 200, 'ivvy', request);
    const repeated = async () => ((await eventOf(walk, id))?.duplicates === 1 ? true : undefined);
    await until('The repeat in the event log', repeated, 4);
  },
});

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

const withoutEachGrant = async (walk: Walk, { functionName, role, done }: Work): Promise<void> => {
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
    await done();
    const sets = policy.Statement.flatMap(actionSets);
    for (const [index, { statement, actions }] of sets.entries()) {
      const Statement = policy.Statement.flatMap((one) =>
        one === statement ? without(one, actions) : [one],
      );
      await put({ ...policy, Statement }, MemorySize + 1 + index);
      const began = Date.now();
      const failure = await done().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) walk.report.fault(`${functionName} does not need ${actions}`);
      else if (await wasDenied(walk, functionName, began))
        walk.report.say(`${functionName} needs ${actions}`);
      else throw failure;
    }
  } finally {
    await put(policy, MemorySize);
  }
  await done();
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

/** Whether the function's log has a refusal by IAM: a function that is slow fails too. The replay logs only that it failed. */
const wasDenied = async ({ clients }: Walk, functionName: string, since: number): Promise<boolean> => {
  const denied = async (): Promise<true | undefined> => {
    const { events = [] } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${functionName}`, startTime: since }),
    );
    return events.some(({ message }) => /AccessDenied|"message":"unsent"/.test(message ?? '')) || undefined;
  };
  return until('A refusal in the log', denied, 5).catch(() => false);
};

/** MiniStack writes the logs and receives for the mapping itself, with no role. */
const BY_MINISTACK = /^logs:(Create|Put)|^sqs:(Receive|Delete|Get)/;
