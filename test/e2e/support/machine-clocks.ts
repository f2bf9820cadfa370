import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setEnvironmentData } from 'node:worker_threads';
import { type FunctionName, SOURCES } from '../../../evidence/simulation/schedule.ts';

/** So many times as fast as time passes do the functions' clocks go: their half minutes are seconds. */
export const SPEED = 30;

/** Under which name the functions find what their clocks go by: when they began, and how far each is ahead, all in ms. */
export const CLOCKS = 'gatepost-clocks';

const MACHINES: readonly FunctionName[] = [...SOURCES, 'fan-out'];

/** The place of a machine's clock in it; 0 for a machine whose clock never jumps. */
export const placeOf = (machine: string): number => 1 + MACHINES.indexOf(machine as FunctionName);

/** The clocks of the functions' machines. */
export interface MachineClocks {
  /** What a function has to be started with for its clock to be one of these. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets a function's clock ahead, or back, by so many ms. */
  jump(machine: FunctionName, by: number): void;
}

/** Sets the clocks going, for the functions of all local stacks that are started from now on. */
export const startMachineClocks = (): MachineClocks => {
  const clocks = new Float64Array(
    new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * (1 + MACHINES.length)),
  );
  clocks[0] = Date.now();
  setEnvironmentData(CLOCKS, clocks);
  return {
    environment: {
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'machine-clock.ts'))}`,
    },
    jump: (machine, by) => {
      clocks[placeOf(machine)] = Number(clocks[placeOf(machine)]) + by;
    },
  };
};
