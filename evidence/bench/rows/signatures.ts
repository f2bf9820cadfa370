import { createHmac } from 'node:crypto';
import type { BenchContext } from '../bench-context.ts';
import { deliveriesOf } from '../deliveries.ts';
import type { Measurement } from '../measurement.ts';
import { race } from '../process/race.ts';
import type { Signed } from '../signatures/signed.ts';
import type { BenchedProvider } from '../sources.ts';
import { SECRET, SOURCES } from '../sources.ts';
import { median, medianRatio } from '../statistics.ts';

/** A library that checks signatures, and what of Gatepost does the same. */
interface Pair {
  readonly library: string;
  readonly theirs: string;
  readonly ours: string;
  readonly settings?: unknown;
  /** Where ours is behind, why. */
  readonly reason?: string;
  readonly signed: (bench: BenchContext) => Promise<readonly Signed[]>;
}

/** Signature checks a second of processor time, on the same bodies. */
export const signatures = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = [];
  for (const pair of PAIRS) measurements.push(await measure(bench, pair));
  return measurements;
};

const COUNT = 64;

const signedBy =
  (provider: BenchedProvider) =>
  async ({ pki }: BenchContext): Promise<readonly Signed[]> => {
    const requests = await deliveriesOf(provider, pki).sign(COUNT);
    return requests.map(({ headers, body }) => ({ headers, body: body.toString() }));
  };

const STRIPE_SETTINGS = {
  name: 'stripe',
  header: 'stripe-signature',
  signatureKey: 'v1',
  signedContent: '{stripe-signature.t}.{body}',
  timestamp: 'header:stripe-signature.t',
  eventName: 'body:type',
  eventId: 'body:id',
  catalogue: { 'customer.created': 'customer.created' },
} as const;

/** https://docs.stripe.com/webhooks#verify-manually */
const signedByStripe = async (bench: BenchContext): Promise<readonly Signed[]> =>
  (await signedBy('altoviz')(bench)).map(({ body }) => {
    const seconds = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
    return { headers: { 'stripe-signature': `t=${seconds},v1=${signature}` }, body };
  });

const PAIRS: readonly Pair[] = [
  {
    library: 'standardwebhooks',
    theirs: 'standardwebhooks',
    ours: 'gatepost-standard-webhooks',
    signed: signedBy('standard-webhooks'),
  },
  {
    library: 'svix',
    theirs: 'svix',
    ours: 'gatepost-standard-webhooks',
    reason:
      'either makes one HMAC, which is nearly all of it, and which is ahead by a few hundredths changes from run to run',
    signed: signedBy('standard-webhooks'),
  },
  {
    library: '@octokit/webhooks-methods',
    theirs: 'octokit',
    ours: 'gatepost-hmac',
    settings: SOURCES.hmac,
    reason:
      'it takes the header whole and one secret; ours reads the header by the settings of the source and tries every secret that a rotation allows',
    signed: signedBy('hmac'),
  },
  {
    library: 'stripe',
    theirs: 'stripe',
    ours: 'gatepost-hmac',
    settings: STRIPE_SETTINGS,
    reason:
      'it knows its one header; ours reads it by the settings of the source and tries every secret that a rotation allows',
    signed: signedByStripe,
  },
  {
    library: 'sns-validator',
    theirs: 'sns-validator',
    ours: 'gatepost-sns',
    reason: 'Gatepost lets sns-validator itself do it, and holds its requests to limits that it has none of',
    signed: signedBy('ivvy'),
  },
];

const measure = async (bench: BenchContext, pair: Pair): Promise<Measurement> => {
  const { bundles, outside, pki, quick } = bench;
  const course = quick ? QUICK : FULL;
  const common = {
    events: await pair.signed(bench),
    answers: { genuine: true },
    environment: { SECRET, SETTINGS: JSON.stringify(pair.settings ?? {}) },
    outside: { port: outside.port, caCert: pki.caCert },
  };
  const contenders = [pair.ours, pair.theirs].map(async (name) => ({
    ...common,
    bundle: await bundles.of(`evidence/bench/signatures/${name}.ts`),
  }));
  const slices = await race(await Promise.all(contenders), course);
  const [ours = [], theirs = []] = slices.map((each) =>
    each.map(({ cpuUs }) => (course.calls * 1e6) / cpuUs),
  );
  return {
    id: `signatures/${pair.theirs}`,
    what: `signature checks a second: ${pair.library}`,
    ours: median(ours),
    other: { name: pair.library, value: median(theirs) },
    unit: '1/s',
    figure: medianRatio(ours, theirs),
    target: { is: 'at least', value: 1 },
    ...(pair.reason !== undefined && { reason: pair.reason }),
  };
};

const FULL = { heats: 12, warmUp: 3_000, rounds: 3, calls: 2_000 } as const;
const QUICK = { heats: 1, warmUp: 1_000, rounds: 4, calls: 1_000 } as const;
