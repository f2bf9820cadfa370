import { cpus, totalmem } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly gigabytes: number;
  readonly node: string;
  /** `2026-11-22` */
  readonly date: string;
}

/** This machine, today. */
export const thisMachine = (): Machine => ({
  cores: cpus().length,
  model: cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
  gigabytes: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
});
