import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { commands } from '../../../cli/commands/index.ts';
import { eventLogHistory } from '../../../cli/events/event-log-history.ts';
import { run } from '../../../cli/program.ts';
import type { GateUnderTest } from './gate-under-test.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The command `gatepost` on the local stack under test. */
export const commandOn = (gate: () => GateUnderTest) => {
  const gatepost = async (
    line: string,
    interruption = new AbortController(),
    stateDir = gate().stateDir,
  ): Promise<Ran> => {
    const out = Object.assign(new PassThrough({ highWaterMark: 1e6 }), { isTTY: false });
    const err = Object.assign(new PassThrough({ highWaterMark: 1e6 }), { isTTY: false });
    const exitCode = await run([...line.split(' '), '--local'], commands, {
      ...{ in: Object.assign(new PassThrough(), { isTTY: false }), out, err, env: {} },
      stateDir,
      now: () => new Date(),
      sleep: (ms) => sleep(ms, undefined, { signal: interruption.signal }),
      interrupted: interruption.signal,
      history: eventLogHistory,
    });
    return { exitCode, out: String(out.read() ?? ''), err: String(err.read() ?? '') };
  };

  /** Its result as JSON. */
  const asJson = async <T>(line: string): Promise<T> => {
    const { exitCode, out, err } = await gatepost(`${line} --json`);
    expect([exitCode, err]).toEqual([0, '']);
    return JSON.parse(out) as T;
  };

  return { gatepost, asJson };
};
