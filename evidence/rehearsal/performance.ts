import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { cdk, type Target } from './cdk.ts';
import { checkChange, checkLeft, checkOutputs, replacements } from './checks.ts';
import { createClients } from './clients.ts';
import { judge } from './gaps.ts';
import { type ReadBack, readBack } from './read-back.ts';
import type { Report } from './report.ts';

/** Bootstraps, deploys, reads back, deploys with the change, reads back, destroys, and looks at what is left. */
export const perform = async (
  target: Target,
  assembly: string,
  changedAssembly: string,
  report: Report,
): Promise<void> => {
  const { stackName, template } = await readAssembly(assembly);
  const { template: changedTemplate } = await readAssembly(changedAssembly);
  const clients = createClients(target, [assembly, changedAssembly]);

  report.step('cdk bootstrap');
  await cdk(target, 'bootstrap', '--app', assembly, `aws://${target.account}/${target.region}`);

  report.step('cdk deploy');
  await deploy(target, assembly, stackName);
  report.step('Reading back every resource');
  const first = await readBack(clients, target, stackName, template);
  tell(first, report);

  report.step('cdk diff, with the changed setting');
  const diff = await cdk(target, 'diff', '--app', changedAssembly, '--no-change-set', stackName);
  for (const line of replacements(diff)) report.fault(`cdk diff: ${line}`);
  report.step('cdk deploy, with the changed setting');
  // moto takes one stack's change set for another's where they have the same name, and the CLI's always do.
  await deploy(target, changedAssembly, stackName, '--method', 'direct', '--no-previous-parameters');
  report.step('Reading back every resource again');
  const second = await readBack(clients, target, stackName, changedTemplate);
  tell(second, report);
  const { changed, faults } = checkChange(first, second);
  report.say(`changed: ${changed.join(', ')}`);
  for (const fault of [...faults, ...(await checkOutputs(clients, stackName, changedTemplate))])
    report.fault(fault);

  report.step('cdk destroy');
  await cdk(target, 'destroy', '--app', changedAssembly, '--force', stackName);
  const left = await checkLeft(clients, second, changedTemplate);
  report.say(`left: ${summary(left.left)}; gone: ${summary(left.gone)}`);
  for (const fault of left.faults) report.fault(fault);
};

const deploy = (
  target: Target,
  assembly: string,
  stackName: string,
  ...options: readonly string[]
): Promise<string> =>
  cdk(target, 'deploy', '--app', assembly, '--require-approval', 'never', ...options, stackName);

const tell = (all: readonly ReadBack[], report: Report): void => {
  const { faults, gaps } = judge(all);
  report.say(`${all.length} resources: ${summary(all.map(({ type }) => type))}`);
  for (const gap of gaps) report.gap(gap);
  for (const fault of faults) report.fault(fault);
};

/** `2 AWS::Lambda::Function, 1 AWS::DynamoDB::Table` */
const summary = (types: readonly string[]): string =>
  [...Map.groupBy(types, (type) => type)].map(([type, { length }]) => `${length} ${type}`).join(', ') ||
  'nothing';
