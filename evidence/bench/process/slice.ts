/** What a contender is asked. */
export type Order =
  /** To call its handler so many times, one after the other. */
  { readonly run: number };

/** What it took. */
export interface Slice {
  /** Of all threads of the process, in µs. */
  readonly cpuUs: number;
  /** In ms. */
  readonly wallMs: number;
  /** The most that the process has ever held in memory, in bytes. */
  readonly peakBytes: number;
}

/** What the process says. */
export type Report =
  | {
      readonly type: 'ready';
      /** From before the bundle was imported until its handler could be called. */
      readonly start: Slice;
    }
  | { readonly type: 'slice'; readonly slice: Slice }
  | { readonly type: 'failed'; readonly message: string };
