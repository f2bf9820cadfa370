import { type FloodResult, LEAKY_FUNCTION } from './flood.ts';

/**
 * By how much a function's memory may grow, in bytes. Measured were 0.3 to 0.8 MiB, the same with two thousand deliveries
 * as with twenty thousand: V8 keeps compiling and caching for a while. Over the 1,900 requests that a function gets
 * meanwhile in `npm run flood` this shows whatever keeps more than 1.1 KB a request.
 */
export const MAX_GROWTH = 2 * 1024 * 1024;

/** How long a genuine delivery may take in the middle of it, in ms: SNS waits for 15 s, and this machine may be busy. */
export const MAX_LATENCY_MS = 5_000;

/** What went wrong, a sentence each. */
export const faultsOf = ({ surprises, lost, stored, latencies, growth }: FloodResult): readonly string[] => [
  ...surprises.slice(0, 10).map((surprise) => `a forged delivery was answered otherwise: ${surprise}`),
  ...(lost === 0 ? [] : [`${lost} genuine deliveries were not answered with 200`]),
  ...(stored === latencies.length ? [] : [`${latencies.length} genuine deliveries, but ${stored} stored`]),
  ...((latencies.at(-1) ?? 0) <= MAX_LATENCY_MS ? [] : [`a genuine delivery took ${latencies.at(-1)} ms`]),
  ...[...growth]
    .filter(([name, bytes]) => name !== LEAKY_FUNCTION && bytes > MAX_GROWTH)
    .map(([name, bytes]) => `the memory of ${name} grew by ${bytes} bytes`),
];
