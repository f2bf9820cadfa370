import type { Deployment } from './deployment/deployment.ts';

/** The deliveries of a source, from the event log. */
export interface SourceHistory {
  /** Absent where the event log has none. */
  readonly lastDelivery?: Date | undefined;
  /** The number of events since the given time. */
  readonly events: number;
  readonly duplicates: number;
}

export interface History {
  /** @returns undefined where the event log can't be listed by source. */
  ofSource(deployment: Deployment, source: string, since: Date): Promise<SourceHistory | undefined>;
}
