import { keepsRejected } from '../lambdas/providers/shared/common-settings.ts';
import type { ConfiguredSource } from './sources.ts';

/** Whether a source keeps rejected deliveries. */
export const isKeeping = (configured: ConfiguredSource): boolean => keepOf(configured) > 0;

/** How long any of the sources keeps rejected deliveries, in seconds; 0 if none does. */
export const longestKeep = (sources: readonly ConfiguredSource[]): number =>
  Math.max(0, ...sources.map(keepOf));

const keepOf = ({ source }: ConfiguredSource): number => keepsRejected(source.settings as never) ?? 0;
