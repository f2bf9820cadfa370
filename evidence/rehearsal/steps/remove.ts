import assert from 'node:assert/strict';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DeleteQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { readAssembly } from '../../../local/assembly/cloud-assembly.ts';
import { adopt } from '../adopt.ts';
import { readEverything, refusedNames } from '../deploy.ts';
import { eventsOf } from '../events.ts';
import { follow } from '../follow.ts';
import { bodiesBucketOf } from '../ministack/ministack.ts';
import { checkLeft } from '../read-back/checks.ts';
import { deliverAndExpect, EXAMPLE_PLACE, placeOf, type Step, sign, type Walk } from '../walk.ts';
import { setSecret } from './secrets.ts';

/** The end of a stack, a new one over what stayed of it, and the end of that too. */
export const remove: Step = {
  title: 'Destroy, deploy over what stayed, delete everything',
  run: async (walk) => {
    const all = await readEverything(walk, 'extended');
    const known = await eventsOf(walk);
    const objects = await objectsOf(walk);
    assert(objects.length > 0, 'the bucket is empty');
    await destroy(walk);
    const { template } = await readAssembly(walk.assemblies.extended);
    const { left, gone, faults } = await checkLeft(walk.clients, all, template);
    walk.report.say(`${left.length} resources stayed, ${gone.length} are gone`);
    for (const fault of faults) walk.report.fault(fault);

    await adopt(walk, 'extended');
    await readEverything(walk, 'extended');
    await setSecret(walk, 'altoviz', walk.secrets.get('altoviz') ?? '');
    await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz'));
    const kept = new Set((await eventsOf(walk)).map(({ key }) => key));
    assert(
      known.every(({ key }) => kept.has(key)),
      'events are gone',
    );
    assert.deepEqual(await objectsOf(walk), objects);

    await destroy(walk);
    await deleteMostQueues(walk);
    await follow(walk, 'deleteRest', { replace: { [EXAMPLE_PLACE]: placeOf(walk) } });
    assert.deepEqual(await refusedNames(walk, 'shipped'), []);
  },
};

/** The first keys of what lies in the bucket. */
const objectsOf = async ({ clients, target }: Walk): Promise<readonly (string | undefined)[]> => {
  const { Contents = [] } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: bodiesBucketOf(target) }),
  );
  return Contents.map(({ Key }) => Key);
};

/** There is no terminal to confirm it. */
const destroy = async (walk: Walk): Promise<void> => {
  await walk.customer.use(walk.assemblies.extended);
  await follow(walk, 'destroy', { replace: { destroy: 'destroy --force' } });
};

/** The documented command deletes the rest: the AWS CLI takes almost a second for each. */
const deleteMostQueues = async ({ clients: { sqs } }: Walk): Promise<void> => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'gatepost-' }));
  for (const QueueUrl of QueueUrls.slice(2)) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
};
