import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { PROVIDER_NAMES } from '../../../../lambdas/providers/names.ts';
import { inParallel } from '../../../../senders/in-parallel.ts';
import { type AttackedStack, type AttackersPost, startAttackedStack } from './attacked-stack.ts';
import { FORGERIES, GENUINE } from './forgeries.ts';
import { GAUGE_CHANNEL, type Reading } from './gauge-channel.ts';

/** How a flood went. */
export interface FloodResult {
  readonly forged: number;
  /** Forged deliveries that were not answered as they have to be: what was posted, and what came. */
  readonly surprises: readonly string[];
  /** How long each genuine delivery took, in ms, shortest first. */
  readonly latencies: readonly number[];
  /** Genuine deliveries that were not answered with 200. */
  readonly lost: number;
  /** How many messages were in the intake queue at the end. */
  readonly stored: number;
  /** By how much the memory of each function grew from a quarter of the way to the end, in bytes. */
  readonly growth: ReadonlyMap<string, number>;
  readonly seconds: number;
}

export interface FloodOptions {
  /** How many forged deliveries. */
  readonly forged: number;
  /** Told now and then how many are done. Default: nobody. */
  readonly progress?: (done: number) => void;
}

/** One function a provider, and one that leaks, for the test of the gauge. */
const SOURCES: readonly string[] = PROVIDER_NAMES;
const LEAKY = 'ivy-sandbox';
export const LEAKY_FUNCTION = `gatepost-ingest-${LEAKY}`;

/** More than there are functions, so that each has always something to do. */
const AT_ONCE = 16;
/** As often as this there is a genuine one among the forged. */
const GENUINE_EVERY = 50;

/**
 * Floods the door with forged deliveries of every provider, a few at once, with genuine ones among them. A third of the
 * forged differ from each other in all that a function could be led to remember: ids, certificates, signatures, bodies.
 */
export const flood = async ({ forged, progress = () => undefined }: FloodOptions): Promise<FloodResult> => {
  const gauge = pathToFileURL(join(import.meta.dirname, 'heap-gauge.ts'));
  const localStack = await startAttackedStack({
    sources: [...SOURCES, LEAKY],
    oneWorkerEach: true,
    environment: { NODE_OPTIONS: `--import ${gauge}`, GATEPOST_LEAKY: LEAKY_FUNCTION },
  });
  try {
    return await run(localStack, forged, progress);
  } finally {
    await localStack.stop();
  }
};

const run = async (
  localStack: AttackedStack,
  forged: number,
  progress: (done: number) => void,
): Promise<FloodResult> => {
  const genuine = GENUINE.filter(
    ({ source, title }) => SOURCES.includes(source) && !title.includes('secret before'),
  );
  // Before the certificates go: what is known of them stays known.
  for (const { source, sign } of genuine) await localStack.post(source, sign(localStack.keys));
  localStack.localStack.outside.misbehave('certificate', 404);

  // Made once: signing as SNS does takes longer than refusing it.
  const table = FORGERIES.filter(
    // What is signed for in six minutes is genuine in one.
    ({ source, reason }) => SOURCES.includes(source) && reason !== 'future',
  ).map(({ source, forge, status, title }) => ({ source, title, status, post: forge(localStack.keys) }));
  const template = JSON.parse(
    String(genuine.find(({ source }) => source === 'ivvy')?.sign(localStack.keys).body),
  );

  const surprises: string[] = [];
  const latencies: number[] = [];
  let lost = 0;
  let done = 0;
  let before: ReadonlyMap<string, number> | undefined;
  const attack = async (count: number): Promise<void> => {
    await inParallel(count, AT_ONCE, async () => {
      const number = done++;
      if (number % GENUINE_EVERY === 0) {
        const { source, sign } = at(genuine, number / GENUINE_EVERY);
        const started = performance.now();
        const { status } = await localStack.post(source, sign(localStack.keys));
        latencies.push(performance.now() - started);
        if (status !== 200) lost++;
      }
      const { source, title, status, post } =
        number % 3 === 0 ? unique(number / 3, template) : at(table, number);
      const answer = await localStack.post(source, post);
      if (answer.status !== status) surprises.push(`${source}, ${title}: ${answer.status} for ${status}`);
      if (number % 500 === 0) progress(number);
    });
  };

  const started = performance.now();
  await attack(Math.floor(forged / 4));
  before = await readGauges();
  await attack(forged - done);
  const seconds = (performance.now() - started) / 1000;
  const after = await readGauges();
  const { 'gatepost-intake.fifo': stored = 0 } = await localStack.depths();
  return {
    forged: done,
    surprises,
    latencies: latencies.sort((one, other) => one - other),
    lost,
    stored: stored - genuine.length,
    growth: new Map([...after].map(([name, bytes]) => [name, bytes - (before?.get(name) ?? 0)])),
    seconds,
  };
};

interface Forged {
  readonly source: string;
  readonly title: string;
  readonly status: number;
  readonly post: AttackersPost;
}

/** A delivery like none before it. */
const unique = (number: number, message: object): Forged => {
  const id = randomUUID();
  const signature = randomBytes(32);
  const body = JSON.stringify({ id, type: id, name: id, data: { id }, payload: { id } });
  const hex = signature.toString('hex');
  const one = (source: string, status: number, post: AttackersPost): Forged => ({
    source,
    title: 'like no other',
    status,
    post,
  });
  return at(
    [
      one('ivvy', 503, {
        body: JSON.stringify({
          ...message,
          MessageId: id,
          SigningCertURL: `https://sns.ap-southeast-2.amazonaws.com/SimpleNotificationService-${hex.slice(0, 32)}.pem`,
        }),
      }),
      one('ivy', 401, { headers: { 'x-ivy-signature': hex }, body }),
      one('altoviz', 401, { headers: { 'x-signature': hex }, body }),
      one('hmac', 401, {
        headers: { 'x-hub-signature-256': `sha256=${hex}`, 'x-github-delivery': id },
        body,
      }),
      ...['augustus', 'standard-webhooks'].map((source) =>
        one(source, 401, {
          headers: {
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
            'webhook-signature': `v1,${signature.toString('base64')}`,
          },
          body,
        }),
      ),
      one('avaza', 401, { path: `/${id}`, headers: { authorization: `Basic ${hex}` }, body }),
      one('token', 401, { headers: { 'x-gitlab-token': hex }, body }),
      one('public-key', 401, {
        headers: {
          'x-signature-timestamp': String(Math.floor(Date.now() / 1000)),
          'x-signature-ed25519': hex + hex,
        },
        body,
      }),
      one('jwt', 401, {
        headers: { 'x-verification': `${base64url({ alg: 'EdDSA', kid: id })}.${base64url({ id })}.${hex}` },
        body,
      }),
      one('sns', 403, { body: JSON.stringify({ ...message, MessageId: id }) }),
      one(LEAKY, 401, { headers: { 'x-ivy-signature': hex }, body }),
    ],
    number,
  );
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Asks every function how much it holds. */
const readGauges = async (): Promise<ReadonlyMap<string, number>> => {
  const readings = new Map<string, number>();
  const channel = new BroadcastChannel(GAUGE_CHANNEL);
  try {
    const all = new Promise<void>((resolve) => {
      channel.onmessage = ({ data }) => {
        const { functionName, bytes } = data as Reading;
        readings.set(functionName, bytes);
        if (readings.size === SOURCES.length + 1) resolve();
      };
    });
    channel.postMessage('read');
    await all;
  } finally {
    channel.close();
  }
  return readings;
};
