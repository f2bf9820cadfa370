/** The channel over which memory is asked for and told. */
export const GAUGE_CHANNEL = 'gatepost-heap';

/** What one function holds. */
export interface Reading {
  readonly functionName: string;
  /** Of its heap and of what it holds outside. */
  readonly bytes: number;
}
