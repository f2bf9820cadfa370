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

/** How often each source delivers, and how long it waits in between, in ms. */
const DELIVERIES = 36;
const PAUSE_MS = 120;
/** What isn't through by then is not shown. */
const LAST_WAIT_MS = 1_500;

/**
 * Starts the stack on free ports, plays every provider for some seconds, well and badly, and stops it.
 *
 * @param assembly the directory of the cloud assembly.
 * @returns what the functions printed.
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
    // The first source looks as if its provider had changed its secret, so that an alarm fires.
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
 * Delivers one event after the other: most are right, some are forged, every eighth comes twice.
 *
 * @param forged every which one is forged.
 */
const play = async (
  source: string,
  forged: number,
  localStack: LocalStack,
  stateDir: string,
): Promise<void> => {
  const sender = senderOf(source);
  // A source that is not named after its provider has no sender here.
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
