import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../measurement.ts';
import { awsCalls } from './calls.ts';
import { fanOutCpu } from './fan-out-cpu.ts';
import { growth } from './growth.ts';
import { ingestCpu } from './ingest-cpu.ts';
import { memory } from './memory.ts';
import { peersCpu } from './peers-cpu.ts';
import { signatures } from './signatures.ts';
import { starts } from './start.ts';

/** What is measured, by the name that `--only` takes. */
export const ROWS = {
  'ingest-cpu': ingestCpu,
  'fan-out-cpu': fanOutCpu,
  'peer-cpu': peersCpu,
  'aws-calls': awsCalls,
  start: starts,
  signatures,
  growth,
  memory,
} as const satisfies Readonly<Record<string, (bench: BenchContext) => Promise<readonly Measurement[]>>>;

export type RowName = keyof typeof ROWS;
