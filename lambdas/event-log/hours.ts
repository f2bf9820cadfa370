import type { Order } from './position.ts';

const HOUR_MS = 3_600_000;

/** The hours from one time to another, both included, in that order; each as its beginning, ISO 8601. */
export function* hoursBetween(since: string, until: string, order: Order): Generator<string> {
  const first = beginning(since);
  const last = beginning(until);
  const [from, step] = order === 'oldest' ? [first, HOUR_MS] : [last, -HOUR_MS];
  for (let hour = from; hour >= first && hour <= last; hour += step) yield new Date(hour).toISOString();
}

const beginning = (time: string): number => Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
