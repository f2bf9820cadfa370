import type { Deployment } from './deployment/deployment.ts';

/** What the event log knows of a source. */
export interface SourceHistory {
  /** When its last delivery came; absent where none is remembered. */
  readonly lastDelivery?: Date | undefined;
  /** How many events came in the last 24 hours. */
  readonly events: number;
  /** How many of their deliveries were repeats. */
  readonly duplicates: number;
}

/** Asks the event log. */
export interface History {
  /**
   * @param since the beginning of what is counted.
   * @returns undefined where the event log can't be listed by source.
   */
  ofSource(deployment: Deployment, source: string, since: Date): Promise<SourceHistory | undefined>;
}
