import type { Reason } from '../../../../lambdas/core/rejection.ts';
import type { AttackersPost, Keys } from './attacked-stack.ts';

/** What is posted. The keys stand for whatever an attacker got hold of signed. */
export type Forge = (keys: Keys) => AttackersPost;

/** A delivery that is not to get in, and what has to become of it. */
export interface Forgery {
  readonly title: string;
  readonly source: string;
  readonly forge: Forge;
  readonly status: number;
  readonly reason: Reason;
}

/** A delivery that has to get in: what shows that a door refuses the forged ones and not everything. */
export interface Genuine {
  readonly title: string;
  readonly source: string;
  readonly sign: Forge;
}

/** A forgery as a row of a table. */
export type Row = readonly [title: string, forge: Forge, status: number, reason: Reason];

/** The rows of a table, all for one source. */
export const forgeriesFor = (source: string, rows: readonly Row[]): readonly Forgery[] =>
  rows.map(([title, forge, status, reason]) => ({ title, source, forge, status, reason }));
