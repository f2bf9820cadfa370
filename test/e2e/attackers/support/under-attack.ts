import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isKeeping } from '../../support/aws-tap.ts';
import type { AttackedStack, AttackedStackOptions, AttackersPost } from './attacked-stack.ts';
import type { Forgery, Genuine } from './forgery.ts';
import { type RecordedStack, startRecordedStack } from './recorded-stack.ts';

export interface UnderAttack {
  readonly localStack: () => AttackedStack;
  /** Posts, and says what came of it: for the tests that a table has no room for. */
  readonly post: (source: string, what: AttackersPost) => Promise<Outcome>;
}

/** All that can be seen of a delivery from outside. */
export interface Outcome {
  readonly status: number;
  readonly answer: unknown;
  /** The reasons that the log gives for turning it away. */
  readonly reasons: readonly string[];
  /** How many messages the functions sent to a queue. */
  readonly sent: number;
  /** What the functions asked the world outside for. */
  readonly asked: readonly string[];
}

/**
 * The most rejected deliveries that an instance keeps during the attacks, which take less than two minutes: of each of two
 * kinds six at once, and six more a minute.
 */
const MOST_KEPT = 2 * (6 + 2 * 6);

/**
 * Runs the attacks on one local stack, one after the other: the genuine deliveries get in, each forged one is turned away
 * with its status and reason, sends nothing and asks nobody; and when all is over, there is in the queues what was genuine
 * and no more, and the functions have gone nowhere but to the hosts of the list.
 */
export const underAttack = (
  options: AttackedStackOptions,
  genuine: readonly Genuine[],
  forgeries: readonly Forgery[],
): UnderAttack => {
  let started: RecordedStack | undefined;
  let taken = 0;
  beforeAll(async () => {
    started = await startRecordedStack(options);
  }, 60_000);
  afterAll(async () => {
    try {
      // Here and not in a test: the tests that a file adds come behind these.
      const { 'gatepost-rejected.fifo': kept = 0, ...others } = (await started?.depths()) ?? {};
      expect(others).toEqual({ 'gatepost-intake.fifo': taken });
      expect(kept).toBeLessThanOrEqual(MOST_KEPT * new Set(forgeries.map(({ source }) => source)).size);
      expect(await started?.strangers()).toEqual([]);
    } finally {
      await started?.stop();
    }
  }, 30_000);
  const localStack = () => {
    if (started === undefined) throw new Error('the local stack stands inside of tests only');
    return started;
  };

  const post = async (source: string, what: AttackersPost): Promise<Outcome> => {
    const { lines, aws, localStack: stack } = localStack();
    const before = [lines.length, aws.calls.length, stack.outside.requests.length] as const;
    const { status, body } = await localStack().post(source, what);
    const sent = aws.calls
      .slice(before[1])
      .filter((call) => call.action.startsWith('SendMessage') && !isKeeping(call)).length;
    taken += sent;
    return {
      status,
      answer: JSON.parse(body),
      reasons: lines.slice(before[0]).flatMap(reasonIn),
      sent,
      asked: stack.outside.requests.slice(before[2]).map(({ host, path }) => host + path),
    };
  };

  test.each(genuine.map((one) => [one.source, one.title, one] as const))(
    '%s takes %s',
    async (source, _, { sign }) => {
      const { status, reasons, sent } = await post(source, sign(localStack().keys));
      expect({ status, reasons, sent }).toEqual({ status: 200, reasons: [], sent: 1 });
    },
  );

  test.each(forgeries.map((one) => [one.source, one.title, one] as const))(
    '%s refuses %s',
    async (source, _, { forge, status, reason }) => {
      expect(await post(source, forge(localStack().keys))).toEqual({
        status,
        answer: { error: WORDS[status] },
        reasons: [reason],
        sent: 0,
        asked: [],
      });
    },
  );

  return { localStack, post };
};

/** What a caller is told, and all that it is told. */
const WORDS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  413: 'too large',
  503: 'unavailable',
};

const reasonIn = (line: string): readonly string[] => {
  const { outcome, reason } = JSON.parse(line) as { readonly outcome?: string; readonly reason?: string };
  return outcome === 'rejected' || outcome === 'failed' ? [String(reason)] : [];
};
