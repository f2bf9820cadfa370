import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { senderOf } from '../../senders/index.ts';
import { post } from '../../senders/post.ts';
import { readSample, sampleNames } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { signerFor } from '../../senders/signer.ts';
import { type LocalStack, startLocalStack } from '../local-stack.ts';
import { watchQueues } from './queue-depths.ts';
import type { RecordedLine } from './recording.ts';

/** Per source. */
const DELIVERIES = 36;
const PAUSE_MS = 120;
/** For the processing of the last deliveries. */
const LAST_WAIT_MS = 1_500;

/**
 * Starts the stack on free ports, plays every provider for some seconds, with valid and invalid deliveries, and stops it.
 *
 * @param assembly the directory of the cloud assembly.
 * @returns the output of the functions.
 */
export const shortRun = async (assembly: string): Promise<readonly RecordedLine[]> => {
  const lines: RecordedLine[] = [];
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-dashboard-'));
  const localStack = await startLocalStack({
    assembly,
    stateDir,
    listener: { line: (functionName, text) => lines.push({ at: Date.now(), functionName, text }) },
  });
  try {
    const queues = await watchQueues(localStack, (line) => lines.push(line));
    // Every other delivery of the first source has an invalid signature, so that an alarm fires.
    await Promise.all(
      sourcesOf(localStack).map((source, index) => play(source, index === 0 ? 2 : 9, localStack, stateDir)),
    );
    await sleep(LAST_WAIT_MS);
    await queues.stop();
  } finally {
    await localStack.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
  return lines;
};

const sourcesOf = ({ routes }: LocalStack): readonly string[] =>
  routes.flatMap((route) => /^POST \/hooks\/([a-z0-9-]+)/.exec(route)?.[1] ?? []);

/**
 * Sends the deliveries of a source in sequence. Every eighth is sent twice.
 *
 * @param forged the interval of forged deliveries: 2 means every second one.
 */
const play = async (
  source: string,
  forged: number,
  localStack: LocalStack,
  stateDir: string,
): Promise<void> => {
  const sender = senderOf(source);
  // Only a source with its provider's name has a sender here.
  if (sender === undefined) return;
  const sign = await signerFor(sender, source, stateDir);
  const names = await sampleNames(sender.provider);
  const never = new AbortController().signal;
  for (let count = 0; count < DELIVERIES; count++) {
    const request = sign(await readSample(sender, names[count % names.length] ?? sender.defaultEvent));
    await post(localStack.gateway, source, count % forged === forged - 1 ? tamper(request) : request, never);
    if (count % 8 === 7) await post(localStack.gateway, source, request, never);
    await sleep(PAUSE_MS);
  }
};
