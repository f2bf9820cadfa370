import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GetRolePolicyCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { VISIBILITY_SECONDS } from '../../../lib/intake-times.ts';
import { newestOf } from '../events.ts';
import { waiting } from '../queues.ts';
import { deliverAndExpect, outputsOf, type Step, sign, until, type Walk } from '../walk.ts';
import { call } from './widget.ts';

/** The functions have no permission but those of the template, and need each of them. */
export const permissions: Step = {
  title: 'The same with IAM enforced, and without each grant in turn',
  run: async (walk) => {
    await walk.restart(true);
    // A delivery that fails is tried again after a second.
    await setVisibility(walk, 1);
    try {
      const { IntakeFanOutRole, ...others } = WORK;
      // The others need fan-out.
      await withoutEachGrant(walk, 'IntakeFanOutRole', IntakeFanOutRole);
      await Promise.all(Object.entries(others).map(([role, work]) => withoutEachGrant(walk, role, work)));
    } finally {
      await setVisibility(walk, VISIBILITY_SECONDS);
      await walk.restart(false);
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
  /** Whether the function does what it is for. Throws where it does not. */
  readonly done: (walk: Walk) => Promise<void>;
}

/** What each function is for, by a part of its role's name. */
const WORK = {
  GateAltovizFunctionRole: {
    functionName: 'gatepost-ingest-altoviz',
    done: async (walk) => {
      await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz'));
    },
  },
  IntakeFanOutRole: {
    functionName: 'gatepost-fan-out',
    done: async (walk) => {
      const { CompanyQueueUrl = '' } = await outputsOf(walk);
      const before = await waiting(walk, CompanyQueueUrl);
      await deliverAndExpect(walk, 200, 'ivvy', await sign(walk, 'ivvy'));
      await until(
        'The event in its queue',
        async () => ((await waiting(walk, CompanyQueueUrl)) > before ? true : undefined),
        6,
      );
    },
  },
  ConsoleViewRole: {
    functionName: 'gatepost-console',
    done: async (walk) => {
      const event = await newestOf(walk, 'customer');
      assert((await call(walk, 'gatepost-console', {})).includes(event.key), 'no list');
      const opened = await call(walk, 'gatepost-console', { view: 'event', key: event.key });
      assert.match(opened, /routed to/);
    },
  },
  ConsoleReplayRole: {
    functionName: 'gatepost-replay',
    done: async (walk) => {
      const event = await newestOf(walk, 'customer');
      const replayed = await call(walk, 'gatepost-replay', { key: event.key, replayId: randomUUID() });
      assert.match(replayed, /It is in the intake queue/);
    },
  },
} as const satisfies Readonly<Record<string, Work>>;

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

const withoutEachGrant = async (walk: Walk, part: string, { functionName, done }: Work): Promise<void> => {
  const { iam } = walk.clients;
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const RoleName = Roles.map((role) => role.RoleName ?? '').find((name) => name.includes(part));
  assert(RoleName !== undefined, `there is no role ${part}`);
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

  await done(walk);
  for (const [index, taken] of policy.Statement.entries()) {
    const actions = [taken.Action].flat().join(', ');
    if (BY_MINISTACK.test(actions)) continue;
    const Statement = policy.Statement.filter((one) => one !== taken);
    await put({ ...policy, Statement }, MemorySize + 1 + index);
    const isNeeded = await done(walk).then(
      () => false,
      () => true,
    );
    if (isNeeded) walk.report.say(`${functionName} fails without ${actions}`);
    else walk.report.fault(`${functionName} does not need ${actions}`);
  }
  await put(policy, MemorySize);
  await done(walk);
};

/** MiniStack writes the logs and receives for the mapping itself, with no role. */
const BY_MINISTACK = /logs:PutLogEvents|sqs:ReceiveMessage/;
