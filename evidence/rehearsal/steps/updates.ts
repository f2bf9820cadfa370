import assert from 'node:assert/strict';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { adopt } from '../adopt.ts';
import { deploy, readEverything, refusedNames } from '../deploy.ts';
import { followEach } from '../follow.ts';
import { checkChange, replacements } from '../read-back/checks.ts';
import type { ReadBack } from '../read-back/read-back.ts';
import { deliverAndExpect, outputsOf, STACK, type Step, sign, type Walk } from '../walk.ts';
import { setSecret } from './secrets.ts';

/** Updates of a stack that is used. */
export const updates: Step = {
  title: 'Update: other settings, sources that come, go and come back, a deployment that fails',
  run: async (walk) => {
    const shipped = await readEverything(walk, 'shipped');
    await update(walk, 'extended', shipped);
    await setSecret(walk, 'github', 'a secret of the repository');
    await setSecret(walk, 'acme', `whsec_${Buffer.alloc(24, 7).toString('base64')}`);
    await deliverAndExpect(walk, 200, 'github', await sign(walk, 'github', 'issues.opened', 'hmac'));
    await deliverAndExpect(walk, 200, 'acme', await sign(walk, 'acme', undefined, 'standard-webhooks'));

    await failHalfWay(walk);

    await deploy(walk, 'reduced');
    await readEverything(walk, 'reduced');
    const outputs = await outputsOf(walk);
    assert.equal(outputs.AvazaHookUrl, undefined);

    // Its queues and its secret stayed. The next step begins with reading everything.
    await adopt(walk, 'extended');
    await setSecret(walk, 'avaza', walk.secrets.get('avaza') ?? '');
    await deliverAndExpect(walk, 200, 'avaza', await sign(walk, 'avaza'));
  },
};

/** `npx cdk diff` and `npx cdk deploy`; nothing that holds messages, events or secrets may be another afterwards. */
const update = async (walk: Walk, edit: 'extended', before: readonly ReadBack[]): Promise<void> => {
  await walk.customer.use(walk.assemblies[edit]);
  assert.deepEqual(await refusedNames(walk, edit), [], 'CloudFormation would refuse names that are taken');
  const [diff] = await followEach(walk, 'update', [0, 0]);
  assert.deepEqual(replacements(`${diff?.out}${diff?.err}`), [], 'cdk diff speaks of replacements');
  const after = await readEverything(walk, edit);
  const known = new Set(before.map(({ logicalId }) => logicalId));
  const { faults } = checkChange(
    before,
    after.filter(({ logicalId }) => known.has(logicalId)),
  );
  for (const fault of faults) walk.report.fault(fault);
};

/** CloudFormation takes everything back, and the stack goes on as it was. */
const failHalfWay = async (walk: Walk): Promise<void> => {
  await walk.customer.use(walk.assemblies.broken);
  const failed = await walk.customer.run('npx cdk deploy');
  assert.equal(failed.exitCode, 1, 'a deployment with a queue that can’t be made did not fail');
  const { Stacks = [] } = await walk.clients.cloudFormation.send(
    new DescribeStacksCommand({ StackName: STACK }),
  );
  assert.match(`${Stacks[0]?.StackStatus}`, /^UPDATE_ROLLBACK_COMPLETE/, 'nothing was rolled back');
  await readEverything(walk, 'extended');
  await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz'));
};
