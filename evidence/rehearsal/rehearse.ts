import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { errorMessage } from '../../local/support/error-message.ts';
import { synthesize } from '../../local/synthesize.ts';
import { LIMITS, nameOf } from './gaps.ts';
import { lint } from './lint.ts';
import { synthesizeMatrix } from './lint-matrix.ts';
import { startMoto } from './moto-server.ts';
import { perform } from './performance.ts';
import { NoPythonError, virtualEnvironment } from './python.ts';
import { createReport } from './report.ts';
import { ProgramError } from './run.ts';

// `npm run rehearse`: everything that `cdk deploy` would do to an account, done to an AWS that runs on this machine.

const STATE = resolve(PROJECT_ROOT, '.gatepost', 'rehearsal');
const ASSEMBLY = join(STATE, 'assembly');
const CHANGED_ASSEMBLY = join(STATE, 'changed-assembly');
const MATRIX_ASSEMBLIES = join(STATE, 'matrix');
const CHANGE = new URL('./change-setting.ts', import.meta.url).href;
/** Where the shipped app goes, which names neither. */
const ANYWHERE = { account: '123456789012', region: 'us-east-1' } as const;

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { 'if-possible': { type: 'boolean', default: false } } });
  const report = createReport();

  report.step('Python: moto and cfn-lint');
  let programs: string;
  try {
    programs = await virtualEnvironment(join(STATE, 'venv'));
  } catch (error) {
    if (!(error instanceof NoPythonError)) throw error;
    report.say(`${error.message}. Nothing was rehearsed.`);
    return values['if-possible'] ? 0 : 2;
  }

  report.step('Synthesizing the app, and the app with a retention that is a day longer');
  const { app } = JSON.parse(await readFile(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
  await synthesize(PROJECT_ROOT, ASSEMBLY);
  await synthesize(PROJECT_ROOT, CHANGED_ASSEMBLY, `NODE_OPTIONS='--import=${CHANGE}' ${app}`);

  report.step('Linting the templates');
  for (const assembly of [ASSEMBLY, CHANGED_ASSEMBLY]) {
    for (const template of await templatesOf(assembly)) {
      const { faults, accepted } = await lint(programs, template);
      for (const fault of faults) report.fault(`cfn-lint: ${fault}`);
      for (const [rule, times] of accepted) report.accepted(rule, times);
    }
  }

  report.step('Linting the templates of other options');
  for (const [name, template] of await synthesizeMatrix(MATRIX_ASSEMBLIES)) {
    const { faults, accepted } = await lint(programs, template);
    for (const fault of faults) report.fault(`cfn-lint, ${name}: ${fault}`);
    for (const [rule, times] of accepted) report.accepted(rule, times);
  }

  report.step('Starting moto');
  const target = await targetOf(ASSEMBLY);
  const moto = await startMoto(programs, target.account);
  try {
    await perform({ ...target, endpoint: moto.endpoint }, ASSEMBLY, CHANGED_ASSEMBLY, report);
  } catch (error) {
    report.say(moto.output().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    await moto.stop();
  }

  report.section('Not rehearsed');
  for (const gap of report.gaps()) report.say(`- ${nameOf(gap)}: ${gap.reason}`);
  for (const limit of LIMITS) report.say(`- ${limit}`);
  report.end();
  return report.faults() === 0 ? 0 : 1;
};

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: { readonly templateFile?: string };
}

const stacksOf = async (assembly: string): Promise<readonly Artifact[]> => {
  const { artifacts } = JSON.parse(await readFile(join(assembly, 'manifest.json'), 'utf8'));
  return Object.values<Artifact>(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
};

const templatesOf = async (assembly: string): Promise<readonly string[]> =>
  (await stacksOf(assembly)).map(({ properties }) => join(assembly, properties?.templateFile ?? ''));

/** The account and region that the app names, if it does: `aws://123456789012/eu-central-1`. */
const targetOf = async (assembly: string): Promise<{ account: string; region: string }> => {
  const [stack] = await stacksOf(assembly);
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(stack?.environment ?? '') ?? [];
  return {
    account: /^\d{12}$/.test(account) ? account : ANYWHERE.account,
    region: region === '' || region === 'unknown-region' ? ANYWHERE.region : region,
  };
};

// So that what runs on the exit of a process runs then, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(
    `${error instanceof ProgramError ? `${error.output}\n\n` : ''}The rehearsal broke off: ${errorMessage(error)}\n`,
  );
  process.exitCode = 1;
}
