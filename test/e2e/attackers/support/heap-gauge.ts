// Loaded into a function before the function itself, by `--import` in its NODE_OPTIONS: says how much memory its thread
// holds when it is asked over a broadcast channel, with the garbage out of the way.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, parentPort } from 'node:worker_threads';
import { GAUGE_CHANNEL, type Reading } from './gauge-channel.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';

const channel = new BroadcastChannel(GAUGE_CHANNEL);
channel.onmessage = ({ data }) => {
  if (data !== 'read') return;
  // What only a finalizer holds goes with the second.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  channel.postMessage({ functionName, bytes: heapUsed + external } satisfies Reading);
};

// One that forgets nothing, to see that the gauge shows it.
if (functionName === process.env.GATEPOST_LEAKY) {
  const kept: unknown[] = [];
  parentPort?.on('message', () => void kept.push(Array.from({ length: 10_000 }, () => Math.random())));
}
