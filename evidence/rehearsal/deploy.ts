import assert from 'node:assert/strict';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Edit } from './app/edits.ts';
import { follow } from './follow.ts';
import { judge } from './read-back/gaps.ts';
import { takenNames } from './read-back/names.ts';
import { type ReadBack, readBack } from './read-back/read-back.ts';
import { outputsOf, STACK, type Walk } from './walk.ts';

/** Deploys the app with an edit as a customer does, after the checks that MiniStack does not make. */
export const deploy = async (walk: Walk, edit: Edit): Promise<void> => {
  await walk.customer.use(walk.assemblies[edit]);
  assert.deepEqual(await refusedNames(walk, edit), [], 'CloudFormation would refuse names that are taken');
  await follow(walk, 'deploy');
};

/** The resources of an edit that CloudFormation would refuse to create, because their names are taken. */
export const refusedNames = async (walk: Walk, edit: Edit): Promise<readonly string[]> => {
  const { template } = await readAssembly(walk.assemblies[edit]);
  const { clients, target } = walk;
  const resources = await clients.cloudFormation
    .send(new DescribeStackResourcesCommand({ StackName: STACK }))
    .then(
      ({ StackResources = [] }) => StackResources,
      (error: Error) => {
        if (error.message.includes('does not exist')) return [];
        throw error;
      },
    );
  const made = new Set(resources.map(({ LogicalResourceId }) => LogicalResourceId));
  return takenNames(clients, target, template, made);
};

/** Reads every resource back and reports what is not as the template asks. */
export const readEverything = async (walk: Walk, edit: Edit): Promise<readonly ReadBack[]> => {
  const { clients, target, report } = walk;
  const { template } = await readAssembly(walk.assemblies[edit]);
  const all = await readBack(clients, target, STACK, template);
  const { faults, gaps } = judge(all);
  for (const gap of gaps) report.gap(gap);
  for (const fault of faults) report.fault(fault);
  const outputs = await outputsOf(walk);
  for (const name of Object.keys(template.Outputs ?? {}))
    if (!outputs[name]) report.fault(`The output ${name} has no value`);
  report.say(`${all.length} resources and ${Object.keys(outputs).length} outputs compared`);
  return all;
};
