import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../../lambdas/core/request.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';
import { startWorld, type World } from '../lambdas/support/world.ts';
import { hostileHeaders, hostileJson, hostileText, MARKER } from './support/hostile.ts';
import { eventOf, fetchCertificate, startIngest } from './support/ingests.ts';
import { COSTLY, COSTLY_MS, largest } from './support/largest.ts';
import { expectNothingOf, watchOutput } from './support/output.ts';
import { withinTime } from './support/processor-time.ts';
import { fuzz, TIMEOUT_MS } from './support/runs.ts';
import { readTargets, type Sent, type Target } from './support/targets.ts';

let world: World;
let targets: readonly Target[];

beforeAll(async () => {
  world = await startWorld();
  targets = await readTargets(world.pki);
  await fetchCertificate(world);
}, 60_000);
afterAll(() => world.stop());

const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  hostileJson.map((text) => Buffer.from(text)),
  hostileText(20_000).map((text) => Buffer.from(`${text}${MARKER}`)),
  fc.constantFrom(0, MAX_BODY_BYTES, MAX_BODY_BYTES + 1).map((length) => Buffer.alloc(length, `[${MARKER}`)),
);

/** Whatever anybody may post. */
const anything = fc
  .tuple(hostileHeaders, fc.dictionary(fc.constantFrom('event', '__proto__'), hostileText(200)), anyBody)
  .map(([headers, path, body]): Sent => ({ headers, path, body }));

/** Where an event's name stands, which is logged. */
const NAME_HEADERS = new Set(['x-github-event', 'x-shopify-topic']);

/** What is genuine, changed on its way: in a header, or in its body. */
const changed = ({ genuine }: Target) =>
  fc
    .tuple(
      genuine,
      fc.nat(),
      fc.constantFrom('other', 'twice', 'none', 'body'),
      hostileText(8_000),
      hostileHeaders,
    )
    .map(([sent, at, how, text, headers]): Sent => {
      const names = Object.keys(sent.headers);
      const name = names[at % Math.max(names.length, 1)];
      const value = name === undefined ? '' : (sent.headers[name] ?? '');
      if (how === 'body' || name === undefined) {
        const cut = at % (sent.body.length + 1);
        const body = Buffer.concat([sent.body.subarray(0, cut), Buffer.from(text), sent.body.subarray(cut)]);
        return { ...sent, body, headers: { ...headers, ...sent.headers } };
      }
      const { [name]: _, ...others } = sent.headers;
      if (how === 'none') return { ...sent, headers: { ...headers, ...others } };
      const marked = NAME_HEADERS.has(name) ? text : `${text}${MARKER}`;
      const written = how === 'twice' ? `${value},${value}` : marked;
      return { ...sent, headers: { ...headers, ...others, [name]: written } };
    });

/** What of a delivery is nobody's business, beside its body. */
const secretsIn = ({ headers, query = '' }: Sent, { secret }: Target): readonly string[] =>
  [secret, ...Object.values(headers), ...new URLSearchParams(query).values(), 'Action=Unsubscribe'].filter(
    (text) => text.length >= SECRET_LENGTH,
  );

/** What is shorter stands in the log for other reasons: a time, a number. */
const SECRET_LENGTH = 40;

/** What a request may be, and what it may be answered with: never 5xx. */
const KINDS: readonly {
  readonly from: (target: Target) => fc.Arbitrary<Sent>;
  readonly statuses: readonly number[];
}[] = [
  { from: () => anything, statuses: [400, 401, 403, 413] },
  { from: changed, statuses: [200, 400, 401, 403] },
  { from: ({ genuine }) => genuine, statuses: [200, 400, 403] },
];

const kindOf = (index: number) => KINDS[index] as (typeof KINDS)[number];

const doorOf = <Door>(doors: ReadonlyMap<string, Door>, name: string): Door => doors.get(name) as Door;

test.each(PROVIDER_NAMES)(
  '%s: whatever comes is taken or turned away, in no time, and nothing of it is logged',
  async (provider) => {
    const doors = new Map(
      targets
        .filter((target) => target.provider === provider)
        .map((target) => [target.name, { target, invoke: startIngest(target, world) }]),
    );
    const input = fc
      .tuple(fc.constantFrom(...doors.keys()), fc.constantFrom(...KINDS.keys()), fc.boolean())
      .chain(([name, kind, encoded]) =>
        kindOf(kind)
          .from(doorOf(doors, name).target)
          .map((sent) => ({ name, kind, encoded, sent })),
      );
    let taken = 0;
    const output = watchOutput();
    try {
      await fuzz(input, async ({ name, kind, encoded, sent }) => {
        const { target, invoke } = doorOf(doors, name);
        const { statusCode } = await withinTime(() => invoke(eventOf(sent, encoded), {} as Context));
        expect(kindOf(kind).statuses).toContain(statusCode);
        const log = output.printed();
        expect(log).toContain(`"source":"${name}"`);
        expectNothingOf([MARKER, ...secretsIn(sent, target)], log);
        if (statusCode === 200) taken++;
      });
      // Else all of it was turned away at the door, and nothing behind it was tried.
      expect(taken).toBeGreaterThan(0);
    } finally {
      output.stop();
    }
  },
  TIMEOUT_MS,
);

describe.each(PROVIDER_NAMES)('%s: a genuine delivery', (provider) => {
  test.each(COSTLY)(
    'of %s is taken, in no time',
    async (_, numbers) => {
      for (const target of targets.filter((each) => each.provider === provider).slice(0, 1)) {
        const invoke = startIngest(target, world);
        const deliver = largest(target, numbers);
        const output = watchOutput();
        try {
          const answer = await withinTime(
            (event) => invoke(event, {} as Context),
            COSTLY_MS,
            (attempt: number) => eventOf(deliver(attempt), false),
          );
          expect([target.name, answer.statusCode]).toEqual([target.name, 200]);
        } finally {
          output.stop();
        }
      }
    },
    TIMEOUT_MS,
  );
});
