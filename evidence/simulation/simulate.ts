import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { errorMessage } from '../../local/support/error-message.ts';
import { MUTANTS } from './mutants.ts';
import { HELP, parseOptions, type SimulateOptions, UsageError } from './options.ts';
import type { Schedule } from './schedule.ts';
import { type Simulation, startSimulation } from './simulation.ts';
import type { Failure } from './simulator.ts';
import type { Found } from './worker.ts';

/** Where is written to; with a progress bar on a terminal only. */
type Output = Writable & { readonly isTTY?: boolean };

/**
 * Does what the arguments of `npm run simulate` ask for.
 *
 * @returns the exit code: 0 where all promises were kept, 1 where one was broken, 2 where the arguments were not understood.
 */
export const simulate = async (args: readonly string[], out: Output, err: Writable): Promise<number> => {
  try {
    const options = parseOptions(args);
    if (options.help) out.write(HELP);
    else if (options.mutant === 'list') for (const { name } of MUTANTS) out.write(`${name}\n`);
    else if (options.local !== undefined) return await runLocally(options.local);
    else return await carryOut(options, out);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err.write(`${error.message}\n`);
    return 2;
  }
};

const carryOut = async (options: SimulateOptions, out: Output): Promise<number> => {
  await using simulation = startSimulation();
  const started = performance.now();
  const { ran, failure } = await run(options, simulation, out);
  const took = (performance.now() - started) / 1000;
  out.write(
    `${ran} ${ran === 1 ? 'schedule' : 'schedules'} in ${took.toFixed(1)} s: ${failure === undefined ? 'all promises were kept' : 'a promise was broken'}\n`,
  );
  if (failure === undefined) return 0;
  // The shortest schedule takes its time.
  out.write(`Seed ${failure.schedule.seed}: ${failure.broken.join('; ')}\n`);
  out.write(describe(await simulation.shorten(failure, options.mutant), options));
  return 1;
};

/**
 * Runs the end-to-end test that plays schedules against the local stack, with so many of them. What it says goes to the
 * terminal.
 *
 * @returns its exit code.
 */
const runLocally = async (schedules: number): Promise<number> => {
  const jest = spawn(process.execPath, [JEST, 'test/e2e/faults.proof.ts'], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      GATEPOST_PROVE: '1',
      GATEPOST_LOCAL_SCHEDULES: String(schedules),
    },
  });
  const [code] = await once(jest, 'exit');
  return code === 0 ? 0 : 1;
};

const JEST = 'node_modules/jest/bin/jest.js';

const run = async (options: SimulateOptions, simulation: Simulation, out: Output): Promise<Found> => {
  const { from, seeds, mutant } = options;
  if (options.schedule !== undefined) {
    return simulation.runSchedule(await readSchedule(options.schedule), mutant);
  }
  const bar = out.isTTY === true ? startBar(out, seeds) : undefined;
  try {
    return await simulation.runSeeds({ from, seeds, mutant, progress: (ran) => bar?.update(ran) });
  } finally {
    bar?.stop();
  }
};

/** @throws {UsageError} where the file holds no schedule. */
const readSchedule = async (file: string): Promise<Schedule> => {
  try {
    const schedule = JSON.parse(await readFile(file, 'utf8')) as Schedule;
    if (Array.isArray(schedule.steps) && typeof schedule.setup === 'object') return schedule;
  } catch (cause) {
    throw new UsageError(`${file} can't be read as a schedule: ${errorMessage(cause)}`, { cause });
  }
  throw new UsageError(`${file} holds no schedule: it has no steps or no setup`);
};

const startBar = (out: Writable, total: number): SingleBar => {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total}  {eta_formatted} left', stream: out, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return bar;
};

/** What was broken, the schedule that does it, a step a line, and how to run it again. */
const describe = ({ schedule, broken }: Failure, { mutant }: SimulateOptions): string => {
  const { seed, setup, steps } = schedule;
  const withMutant = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return [
    ...broken,
    '',
    'The shortest schedule that does it:',
    '',
    `{ "seed": ${seed},`,
    `  "setup": ${JSON.stringify(setup)},`,
    '  "steps": [',
    steps.map((step) => `    ${JSON.stringify(step)}`).join(',\n'),
    '  ] }',
    '',
    `All of it again:      npm run simulate -- --seed ${seed}${withMutant}`,
    `The shortest again:   put it into a file; npm run simulate -- --schedule <file>${withMutant}`,
    '',
  ].join('\n');
};

if (import.meta.main)
  process.exitCode = await simulate(process.argv.slice(2), process.stdout, process.stderr);
