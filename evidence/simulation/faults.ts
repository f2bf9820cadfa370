import { BEGINNING } from './clock.ts';
import type { Edge, Fate, Step } from './schedule.ts';

/** Says of each call over an edge what becomes of it. */
export interface Faults {
  /** Counts the call. @returns its fate; undefined where nothing happens to it, and its number. */
  next(edge: Edge, now: number): { readonly fate: Fate | undefined; readonly nth: number };
}

export const faultsOf = (steps: readonly Step[]): Faults => {
  const single = new Map<string, Fate>();
  const outages: { readonly edge: Edge; readonly from: number; readonly to: number; readonly fate: Fate }[] =
    [];
  for (const step of steps) {
    if (step.step === 'fault') single.set(`${step.edge} ${step.nth}`, step.fate);
    if (step.step === 'outage') {
      const from = BEGINNING + step.at;
      outages.push({ edge: step.edge, from, to: from + step.lasts, fate: step.fate });
    }
  }
  const counts = new Map<Edge, number>();
  return {
    next: (edge, now) => {
      const nth = counts.get(edge) ?? 0;
      counts.set(edge, nth + 1);
      const outage = outages.find((one) => one.edge === edge && one.from <= now && now < one.to);
      return { nth, fate: single.get(`${edge} ${nth}`) ?? outage?.fate };
    },
  };
};
