/** One line of the table: what was measured, beside what it is held against. */
export interface Measurement {
  /** Its permanent id: `ingest-cpu/altoviz`. */
  readonly id: string;
  readonly what: string;
  /** Ours, in `unit`. */
  readonly ours: number;
  /** What it is held against: a floor or a peer, measured in the same turns; absent where the target is a figure. */
  readonly other?: { readonly name: string; readonly value: number };
  readonly unit: 'µs' | 'ms' | 'calls' | 'round trips' | '1/s' | 's' | 'MB';
  /** What the target looks at: the median of the ratios of the turns, or `ours` itself. */
  readonly figure: number;
  readonly target: Target;
  /** Where the target can't be reached, why. */
  readonly reason?: string;
}

export interface Target {
  readonly is: 'at most' | 'at least';
  readonly value: number;
}

/** Whether a measurement is where it is to be. */
export const isReached = ({ figure, target: { is, value } }: Measurement): boolean =>
  is === 'at most' ? figure <= value : figure >= value;

/** By how much a target that was reached may be missed before the bench fails: the machines differ, and have other things to do. */
export const TOLERANCE = 0.1;

/** Whether a target is missed by more than {@link TOLERANCE} of it. */
export const isBadlyMissed = ({ figure, target: { is, value } }: Measurement): boolean =>
  is === 'at most' ? figure > value * (1 + TOLERANCE) : figure < value * (1 - TOLERANCE);
