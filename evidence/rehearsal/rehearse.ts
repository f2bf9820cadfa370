import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import tls from 'node:tls';
import { parseArgs } from 'node:util';
import './customer/resolve-localhost.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { startOutside } from '../../local/internet/internet.ts';
import { errorMessage } from '../../local/support/error-message.ts';
import { loadPki } from '../../senders/pki.ts';
import { type Assemblies, copyAssemblies, synthesizeEdits } from './app/edits.ts';
import { createClients } from './clients.ts';
import { COMMANDS, type CommandName } from './customer/commands.ts';
import { createCustomer } from './customer/customer.ts';
import { LIFE } from './life.ts';
import { LIMITS } from './limits.ts';
import { lintAll, templateIn } from './lint/lint-all.ts';
import { adaptAssembly } from './ministack/adapt-assembly.ts';
import { writeCertificate } from './ministack/certificate.ts';
import { endpointOf, freePort, hostnamesOf, type MiniStack, startMiniStack } from './ministack/ministack.ts';
import { findPrograms, MissingProgramError, virtualEnvironment } from './ministack/python.ts';
import { nameOf } from './read-back/gaps.ts';
import { createReport, type Report } from './report.ts';
import { ProgramError } from './run.ts';
import { takeStep } from './take-step.ts';
import type { Walk } from './walk.ts';

// `npm run rehearse`: the life of a deployment, on an AWS that runs on this machine.

const STATE = resolve(PROJECT_ROOT, '.gatepost', 'rehearsal');
const TARGET = { account: '123456789012', region: 'us-east-1' } as const;

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { 'if-possible': { type: 'boolean', default: false } } });
  const report = createReport();

  report.step(
    'Installing MiniStack and cfn-lint; synthesizing the app, as it comes and with the edits of a customer',
  );
  let programs: string;
  let originals: Assemblies;
  try {
    await findPrograms(['bash', 'curl', 'jq']);
    [programs, originals] = await Promise.all([
      virtualEnvironment(join(STATE, 'venv')),
      synthesizeEdits(join(STATE, 'assemblies')),
    ]);
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    report.say(`${error.message}. Nothing was rehearsed.`);
    return values['if-possible'] ? 0 : 2;
  }

  // cfn-lint takes one of two cores for half a minute.
  const linted = lintAll(programs, templateIn(originals.extended), join(STATE, 'matrix'));
  // What goes wrong there is thrown where it is awaited, after the walk.
  linted.catch(() => undefined);
  await walkThrough(programs, originals, report);
  report.step('The templates of the app and of other options, linted');
  try {
    for (const { faults, accepted } of await linted) {
      for (const fault of faults) report.fault(fault);
      for (const [rule, times] of accepted) report.accepted(rule, times);
    }
  } catch (error) {
    report.fault(`The linter: ${errorMessage(error)}`);
  }

  report.section('Not as in AWS');
  for (const gap of report.gaps()) report.say(`- ${nameOf(gap)}: ${gap.reason}`);
  for (const limit of LIMITS) report.say(`- ${limit}`);
  report.end();
  return report.faults() === 0 ? 0 : 1;
};

/** Starts what the walk needs, walks it, and stops it. */
const walkThrough = async (programs: string, originals: Assemblies, report: Report): Promise<void> => {
  const directory = join(STATE, 'ministack');
  await rm(directory, { recursive: true, force: true });
  const certificate = await writeCertificate(directory, hostnamesOf(TARGET));
  tls.setDefaultCACertificates([
    ...tls.getCACertificates('default'),
    await readFile(certificate.authority, 'utf8'),
  ]);
  const pki = await loadPki(join(STATE, 'pki'));
  const internet = await startOutside(pki);
  const preload = new URL('./ministack/function-preload.ts', import.meta.url);
  preload.searchParams.set('port', String(internet.port));
  preload.searchParams.set('authority', await writeAuthority(pki.caCert));
  const assemblies = await copyAssemblies(originals, join(STATE, 'adapted'), (assembly) =>
    adaptAssembly(assembly, preload.href),
  );

  report.step('Starting MiniStack');
  const port = await freePort();
  const target = { ...TARGET, endpoint: endpointOf(port) };
  const start = (enforceIam: boolean): Promise<MiniStack> =>
    startMiniStack({ ...TARGET, programs, port, directory, certificate, enforceIam });
  let ministack = await start(false);
  const walk: Walk = {
    ...{
      target,
      assemblies,
      originals,
      internet,
      pki,
      report,
      secrets: new Map(),
      followed: new Set(),
      json: new Set(),
    },
    clients: createClients(target, Object.values(assemblies)),
    customer: await createCustomer(join(STATE, 'customer'), target, programs, certificate.authority),
    restart: async (enforceIam) => {
      await ministack.stop();
      ministack = await start(enforceIam);
    },
  };
  try {
    for (const step of LIFE) await takeStep(walk, step);
    for (const [name, { page, has }] of Object.entries(COMMANDS))
      if (!walk.followed.has(name as CommandName)) report.fault(`${page}: "${has.trim()}" was not run`);
  } finally {
    await ministack.stop();
    await internet.stop();
  }
};

const writeAuthority = async (pem: string): Promise<string> => {
  const path = join(STATE, 'internet.pem');
  await writeFile(path, pem);
  return path;
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
