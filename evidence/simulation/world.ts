import type { Calls } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { History } from './history.ts';
import type { FunctionName, Schedule } from './schedule.ts';

/** What all parts of a run share. */
export interface World {
  readonly schedule: Schedule;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly history: History;
  /** How far the clock of a function's machines is ahead, in ms. */
  readonly skews: Map<FunctionName, number>;
}
