import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GetRolePolicyCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { eventsOf } from '../events.ts';
import { waiting } from '../queues.ts';
import { deliverAndExpect, outputsOf, type Step, sign, until, type Walk } from '../walk.ts';
import { call } from './widget.ts';

/** The functions have no permission but those of the template, and need each of them. */
export const permissions: Step = {
  title: 'The same with IAM enforced, and without each grant in turn',
  run: async (walk) => {
    await walk.restart(true);
    const { IntakeQueueUrl } = await outputsOf(walk);
    // A delivery that fails is tried again after a second.
    await walk.clients.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: IntakeQueueUrl, Attributes: { VisibilityTimeout: '1' } }),
    );
    for (const [role, work] of Object.entries(WORK)) {
      await work.done(walk);
      await withoutEachGrant(walk, role, work);
    }
    await walk.restart(false);
  },
};

interface Work {
  readonly functionName: string;
  /** Whether the function does what it is for. Throws where it does not. */
  readonly done: (walk: Walk) => Promise<void>;
}

/** What each function is for, by a part of its role's name. */
const WORK: Readonly<Record<string, Work>> = {
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
      const [event] = await eventsOf(walk, '--entity customer --since 1h');
      assert((await call(walk, 'gatepost-console', {})).includes(`${event?.key}`), 'no list');
      const opened = await call(walk, 'gatepost-console', { view: 'event', key: event?.key });
      assert.match(opened, /routed to/);
    },
  },
  ConsoleReplayRole: {
    functionName: 'gatepost-replay',
    done: async (walk) => {
      const [event] = await eventsOf(walk, '--entity customer --since 1h');
      const replayed = await call(walk, 'gatepost-replay', { key: event?.key, replayId: randomUUID() });
      assert.match(replayed, /It is in the intake queue/);
    },
  },
};

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
  const put = async (document: Policy): Promise<void> => {
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(document) }));
    await startCold(walk, functionName);
  };

  for (const taken of policy.Statement) {
    const actions = [taken.Action].flat().join(', ');
    if (BY_MINISTACK.test(actions)) continue;
    await put({ ...policy, Statement: policy.Statement.filter((one) => one !== taken) });
    const isNeeded = await done(walk).then(
      () => false,
      () => true,
    );
    if (isNeeded) walk.report.say(`${functionName} fails without ${actions}`);
    else walk.report.fault(`${functionName} does not need ${actions}`);
  }
  await put(policy);
  await done(walk);
};

/** MiniStack writes the logs and receives for the mapping itself, with no role. */
const BY_MINISTACK = /logs:PutLogEvents|sqs:ReceiveMessage/;

/** Lets the next call of a function begin in a new process, which remembers nothing. */
const startCold = async ({ clients }: Walk, FunctionName: string): Promise<void> => {
  const { MemorySize = 0 } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await clients.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: MemorySize + 1 }),
  );
};
