import { gzipSync } from 'node:zlib';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { readDelivery } from '../../lambdas/core/delivery.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  writeJson,
} from '../../lambdas/core/json.ts';
import { interpretDelivery } from '../../lambdas/events/interpretation.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';
import { startWorld, type World } from '../lambdas/support/world.ts';
import { hostileHeaders, hostileJson, hostileText } from './support/hostile.ts';
import { eventOf, fetchCertificate, startIngest } from './support/ingests.ts';
import { watchOutput } from './support/output.ts';
import { fuzz, TIMEOUT_MS } from './support/runs.ts';
import { readTargets, type Sent, type Target } from './support/targets.ts';

// Who has captured a genuine delivery can change what its sender does not sign. Whatever is still accepted then is the same
// delivery: the same events with the same keys, in the same message groups and queues, with the same data.

let world: World;
let targets: readonly Target[];

beforeAll(async () => {
  world = await startWorld();
  targets = await readTargets(world.pki);
  await fetchCertificate(world);
}, 60_000);
afterAll(() => world.stop());

/** The unsigned places that a declaration names: docs/security.md lists those of the documented senders. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  github: ['x-github-event', 'x-github-delivery'],
  shopify: ['x-shopify-topic', 'x-shopify-triggered-at', 'x-shopify-event-id'],
};

/** A change of a request that leaves its signed bytes as they are. */
type Change = (sent: Sent) => Sent;

const headersAdded = hostileHeaders.map(
  (headers): Change =>
    (sent) => ({ ...sent, headers: { ...headers, ...sent.headers } }),
);

const headerChanged = fc.tuple(fc.nat(), hostileText(200), fc.boolean()).map(
  ([at, text, isAppended]): Change =>
    (sent) => {
      const names = Object.keys(sent.headers);
      const name = names[at % Math.max(names.length, 1)];
      if (name === undefined) return sent;
      const value = isAppended ? `${sent.headers[name]},${text}` : text;
      return { ...sent, headers: { ...sent.headers, [name]: value } };
    },
);

const queryAdded = fc.tuple(fc.string(), hostileText(100)).map(
  ([name, value]): Change =>
    (sent) => ({
      ...sent,
      query: `${sent.query ?? ''}&${new URLSearchParams([[name.toWellFormed(), value.toWellFormed()]])}`,
    }),
);

const pathAdded = fc.tuple(fc.constantFrom('id', 'account', '__proto__'), hostileText(100)).map(
  ([name, value]): Change =>
    (sent) => ({ ...sent, path: { ...sent.path, [name]: value } }),
);

/** SNS signs fields: the object may have more of them, in any order and form. */
const membersAdded = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(hostileText(40), fc.constantFrom('attacker', 'items', 'data')), hostileJson), {
      maxLength: 3,
    }),
    fc.boolean(),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(
    ([members, isTurned, indent]): Change =>
      (sent) => {
        const message = parsed(sent.body.toString());
        if (message === undefined) return sent;
        const own = Object.entries(message);
        const added = members.flatMap(([name, json]): (readonly [string, JsonValue])[] => {
          const value = parsedValue(json);
          return value === undefined || Object.hasOwn(message, name) ? [] : [[name, value]];
        });
        const all = isTurned ? [...added, ...own.toReversed()] : [...own, ...added];
        const text = all
          .map(([name, value]) => `${JSON.stringify(name)}:${' '.repeat(indent)}${writeJson(value)}`)
          .join(`,${'\n'.repeat(indent)}`);
        return { ...sent, body: Buffer.from(`{${text}}`) };
      },
  );

/** A form is signed by its fields in order of their names, each once: they may come in any order, and twice. */
const fieldsMoved = fc.tuple(fc.nat(), fc.nat(), fc.boolean()).map(
  ([from, to, isTwice]): Change =>
    (sent) => {
      const fields = sent.body.toString().split('&');
      const moved = fields[from % fields.length] ?? '';
      const others = isTwice ? fields : fields.toSpliced(from % fields.length, 1);
      return { ...sent, body: Buffer.from(others.toSpliced(to % (others.length + 1), 0, moved).join('&')) };
    },
);

/** Who signs what was compressed, or had no byte order mark before it, leaves both open. */
const bytesAround = fc.constantFrom('mark', 'gzip').map(
  (how): Change =>
    (sent) => ({ ...sent, body: how === 'gzip' ? gzipSync(sent.body) : Buffer.concat([MARK, sent.body]) }),
);
const MARK = Buffer.from('\ufeff');

const changesOf = ({ name, provider }: Target): fc.Arbitrary<readonly Change[]> =>
  fc.array(
    fc.oneof(
      headersAdded,
      headerChanged,
      queryAdded,
      pathAdded,
      ...(provider === 'ivvy' || provider === 'sns' ? [membersAdded, membersAdded, membersAdded] : []),
      ...(name === 'form' ? [fieldsMoved, fieldsMoved] : []),
      ...(name === 'decoded' ? [bytesAround, bytesAround] : []),
    ),
    { minLength: 1, maxLength: 3 },
  );

const parsedValue = (text: string): JsonValue | undefined => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

const parsed = (text: string): JsonObject | undefined => {
  const value = parsedValue(text);
  return isJsonObject(value) ? value : undefined;
};

/** What is stored of a request, and what becomes of it; undefined if nothing is. */
interface Outcome {
  readonly status: number | undefined;
  readonly messages: readonly unknown[];
}

/** An ingest function of which is seen what it stores. */
const watchIngest = (target: Target) => {
  let messages: readonly unknown[] = [];
  const send = async ({ input }: { readonly input: { readonly Entries?: readonly Entry[] } }) => {
    messages = (input.Entries ?? []).map(understood);
    return {};
  };
  const invoke = startIngest(target, world, { send } as unknown as Pick<SQSClient, 'send'>);
  return async (sent: Sent, receivedAt: number): Promise<Outcome> => {
    messages = [];
    const { statusCode } = await invoke(eventOf(sent, false, receivedAt), {} as Context);
    return { status: statusCode, messages };
  };
};

interface Entry {
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
}

/** What a message of the intake queue means, less what is new for each delivery. */
const understood = ({ MessageBody = '', MessageGroupId }: Entry): unknown => {
  const { body = '', ...stored } = readDelivery(MessageBody);
  const { events } = interpretDelivery(providerNamed(stored.source.provider), { ...stored, body });
  return {
    group: MessageGroupId,
    events: events.map(({ event, content }) => ({
      ...event,
      deliveryid: event.deliveryid === stored.deliveryId,
      data: event.data === undefined ? undefined : writeJson(event.data),
      content: content(),
    })),
  };
};

interface Door {
  readonly target: Target;
  readonly deliver: ReturnType<typeof watchIngest>;
}

test.each(PROVIDER_NAMES)(
  '%s: no change of what is not signed changes a key, a queue or a payload',
  async (provider) => {
    const doors = new Map<string, Door>(
      targets
        .filter((target) => target.provider === provider)
        .map((target) => [target.name, { target, deliver: watchIngest(target) }]),
    );
    const input = fc.constantFrom(...doors.keys()).chain((name) => {
      const { target } = doors.get(name) as Door;
      return fc.tuple(target.genuine, changesOf(target)).map(([sent, changes]) => ({ name, sent, changes }));
    });
    let compared = 0;
    const output = watchOutput();
    try {
      await fuzz(input, async ({ name, sent, changes }) => {
        const { deliver } = doors.get(name) as Door;
        const changed = changes.reduce((request, change) => change(request), sent);
        const named = NAMED[name] ?? [];
        const headers = { ...changed.headers, ...pick(sent.headers, named) };
        // Of such a sender, the header that has the name is not changed either, and no other is added.
        for (const each of named) if (!Object.hasOwn(sent.headers, each)) delete headers[each];
        const receivedAt = Date.now();
        const genuine = await deliver(sent, receivedAt);
        const other = await deliver({ ...changed, headers }, receivedAt);
        // What is refused, or was a handshake, stores nothing.
        if (genuine.messages.length === 0 || other.status !== 200) return;
        expect(other.messages).toEqual(genuine.messages);
        compared++;
      });
      expect(compared).toBeGreaterThan(0);
    } finally {
      output.stop();
    }
  },
  TIMEOUT_MS,
);

const pick = (headers: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
