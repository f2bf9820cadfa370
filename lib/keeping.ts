import { keepsRejected } from '../lambdas/providers/shared/common-settings.ts';
import type { ConfiguredSource } from './sources.ts';

/** Whether a source keeps rejected deliveries. */
export const isKeeping = ({ source }: ConfiguredSource): boolean =>
  keepsRejected(source.settings as never) !== undefined;
