import { styleText } from 'node:util';
import { ACCEPTED_RULES } from './lint/lint.ts';
import { type Gap, nameOf } from './read-back/gaps.ts';

/** The progress output of the rehearsal. */
export type Report = ReturnType<typeof createReport>;

/** @param write takes the lines. Default: the standard output. */
export const createReport = (write: (text: string) => void = (text) => void process.stdout.write(text)) => {
  const began = Date.now();
  const gaps = new Map<string, Gap>();
  const told = new Set<string>();
  let faults = 0;
  const style = (format: 'bold' | 'red' | 'green', text: string): string =>
    styleText(format, text, { stream: process.stdout });
  const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`;
  const say = (text: string): void => write(`        ${text}\n`);

  return {
    /** Something begins that takes its time. */
    step: (text: string): void => write(`${seconds()}  ${style('bold', text)}\n`),
    section: (text: string): void => write(`\n${style('bold', text)}\n`),
    say,
    fault: (text: string): void => {
      faults += 1;
      say(`${style('red', 'FAULT')} ${text}`);
    },
    accepted: (rule: string, times: number): void => {
      if (told.has(rule)) return;
      told.add(rule);
      say(`accepted: ${rule}, ${times} times: ${ACCEPTED_RULES[rule]}`);
    },
    gap: (gap: Gap): void => void gaps.set(nameOf(gap), gap),
    gaps: (): readonly Gap[] => [...gaps.values()],
    faults: (): number => faults,
    end: (): void => {
      const text =
        faults === 0 ? style('green', 'The rehearsal went well.') : style('red', `${faults} faults.`);
      write(`\n${seconds()}  ${text}\n`);
    },
  };
};
