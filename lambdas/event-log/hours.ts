import type { Order } from './position.ts';

const HOUR_MS = 3_600_000;

/** The hours of a time range in the given order, each as the ISO 8601 time of its beginning. */
export function* hoursBetween(since: string, until: string, order: Order): Generator<string> {
  const first = beginning(since);
  const last = beginning(until);
  const [from, step] = order === 'oldest' ? [first, HOUR_MS] : [last, -HOUR_MS];
  for (let hour = from; hour >= first && hour <= last; hour += step) yield new Date(hour).toISOString();
}

const beginning = (time: string): number => Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
