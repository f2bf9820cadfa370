import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import { REASONS } from '../../lambdas/core/rejection.ts';
import { RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import { DEDUPLICATION } from './aws/fifo-queue.ts';
import { type Answer, type History, lineOf, reasonOf, type Sent } from './history.ts';
import { CLOCKS_DIFFER } from './schedule.ts';
import { PROVIDERS } from './senders.ts';

/** What Gatepost promises, each as a question to a run: what it gives is what was broken, in sentences. */
export const PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what was answered with 200 is in its queue': ({ answers, sent, schedule }) => {
    const arrived = new Map(Map.groupBy(sent, ({ event }) => event));
    return unique(answers.filter(isAccepted).map(({ request }) => request.event)).flatMap((event) => {
      const step = schedule.steps.find((one) => one.step === 'event' && one.event === event);
      if (step?.step !== 'event') return [];
      const queue = step.known ? PROVIDERS[step.source].entity : UNRECOGNIZED;
      const queues = unique((arrived.get(event) ?? []).map(({ entity }) => entity));
      if (queues.length === 0) return [`event ${event} was answered with 200 and is in no queue`];
      return queues
        .filter((one) => one !== queue)
        .map((one) => `event ${event} is in ${one}, not in ${queue}`);
    });
  },

  'nothing is in a queue twice, unless its retry came too late for SQS to know it': (history) =>
    [...Map.groupBy(history.sent, ({ key }) => key).values()].flatMap((copies) =>
      copies.flatMap((copy, index) => {
        const earlier = copies[index - 1];
        if (earlier === undefined || isExcused(earlier, copy, history)) return [];
        return [
          `event ${copy.event} is in its queue again, ${seconds(copy.at - earlier.at)} after it was, and nothing excuses it`,
        ];
      }),
    ),

  'a delivery is in the intake queue once': ({ stored }) =>
    [...Map.groupBy(stored, ({ deliveryId }) => deliveryId)]
      .filter(([, copies]) => copies.length > 1)
      .map(([deliveryId, { length }]) => `the delivery ${deliveryId} was stored ${length} times`),

  // A dead letter stands aside, that is what it is for: what was behind it goes on.
  'the events of an entity are in its queue in the order in which their deliveries were stored': ({
    stored,
    sent,
    schedule,
  }) => {
    const order = new Map(stored.map(({ deliveryId }, index) => [deliveryId, index]));
    const firsts = [...Map.groupBy(sent, ({ key }) => key).values()]
      .map(([first]) => first as Sent)
      // What nobody understood is of no entity, and waits for nothing.
      .filter(({ handOver, entity }) => handOver?.redriven === 0 && entity !== UNRECOGNIZED)
      .toSorted((a, b) => sent.indexOf(a) - sent.indexOf(b));
    const things = new Map(
      schedule.steps.flatMap((step) =>
        step.step === 'event' ? [[step.event, `${step.source} ${step.entity}`] as const] : [],
      ),
    );
    const byThing = Map.groupBy(firsts, ({ entity, event }) => `${entity} ${things.get(event ?? -1)}`);
    return [...byThing.values()].flatMap((ofThing) =>
      ofThing.flatMap((one, index) => {
        const earlier = ofThing[index - 1];
        if (earlier === undefined) return [];
        if (one.group !== earlier.group)
          return [`event ${one.event} doesn't wait for event ${earlier.event} of the same entity`];
        return Number(order.get(earlier.deliveryId)) <= Number(order.get(one.deliveryId))
          ? []
          : [`event ${one.event} was overtaken by event ${earlier.event} of the same entity`];
      }),
    );
  },

  'nothing unverified is in any queue': ({ stored, sent, genuine, answers }) => [
    ...stored
      .filter(({ source, body }) => !genuine.get(source)?.has(body))
      .filter(({ deliveryId }) => !isOfARevokedSecret(answers.find((one) => one.deliveryId === deliveryId)))
      .map(({ source }) => `a forged delivery of ${source} was stored`),
    ...sent
      .filter(({ deliveryId }) => !stored.some((one) => one.deliveryId === deliveryId))
      .map(({ deliveryId }) => `an event was sent of ${deliveryId}, which nobody stored`),
  ],

  'a handshake is confirmed if it was answered so, at most once a token, and only for SNS': ({
    answers,
    confirmations,
    strayConfirmations,
  }) => [
    ...strayConfirmations.map(() => 'a SubscribeURL was followed that SNS never sent'),
    ...[...confirmations]
      .filter(([, { confirmed }]) => confirmed > 1)
      .map(([token]) => `${token} was confirmed more than once`),
    ...[...confirmations].flatMap(([token, { asked }]) => {
      const posts = answers.filter(({ request }) => request.kind === 'handshake' && request.token === token);
      // One that came twice at once may be asked for twice, and each of them once more after an answer that was lost.
      return asked > posts.length ? [`${token} was asked for ${asked} times, for ${posts.length} posts`] : [];
    }),
    ...answers.flatMap(({ request, outcome }) =>
      request.kind === 'handshake' &&
      outcome === 'confirmed' &&
      confirmations.get(request.token)?.confirmed !== 1
        ? [`${request.token} is said to be confirmed, and is not`]
        : [],
    ),
  ],

  'every rejection has a reason, and one that was foreseen': ({ answers, fanOutFailures }) => [
    ...answers.flatMap((answer) => {
      const { status, lines } = answer;
      if (answer.ending === 'threw') return [`ingest of ${answer.source} threw`];
      if (status === undefined) return [];
      const line = lineOf(lines);
      if (line === undefined) return [`a ${status} of ${answer.source} was not logged`];
      if (status === 200) return [];
      const reason = reasonOf(lines);
      if (reason === undefined || REASONS[reason] !== status)
        return [`a ${status} gives ${reason} for a reason`];
      if (reason === 'internal-error')
        return [`a ${status} of ${answer.source} is not expected: ${causeIn(answer)}`];
      const isCounted = lines.some(({ fields }) => dimensionsIn(fields)?.reason === reason);
      return isCounted ? [] : [`a ${status} for ${reason} was not counted`];
    }),
    ...fanOutFailures
      .filter(({ isExplained }) => !isExplained)
      .map(({ messageId }) => `fan-out gave ${messageId} back and did not say why`),
  ],

  // 4xx says that the delivery is at fault, and ends the tries of SNS.
  'who is genuine is never told that he is not': ({ answers, schedule }) =>
    answers.filter(isOfEvent).flatMap((answer) => {
      const { status, lines, source, request } = answer;
      if (status === undefined || status < 400 || status >= 500) return [];
      const reason = reasonOf(lines);
      if (reason === 'signature-mismatch' && mayNotKnowTheSecret(answer, schedule.setup.rotationGrace))
        return [];
      return [`event ${request.event} of ${source} is genuine and was answered with ${status}, ${reason}`];
    }),

  'who comes while nothing is wrong gets in': ({ answers }) =>
    answers
      .filter((answer) => answer.request.kind !== 'forgery')
      .flatMap((answer) => {
        const { status, source, faults, remembersFault, lines } = answer;
        if (status === undefined ? answer.ending === 'died' : status < 500) return [];
        if (faults.length > 0 || remembersFault) return [];
        return [
          `${source} was answered with ${status ?? answer.ending}, ${reasonOf(lines)}, and nothing was wrong`,
        ];
      }),

  'nobody leaves a promise alone': ({ unheard }) =>
    unheard.map((error) => `a promise was rejected that nobody waits for: ${error}`),

  'all comes to an end': ({ hasEnded }) =>
    hasEnded ? [] : ['there was no end to it, or something was left over'],
};

/** What a run broke; nothing where all was kept. */
export const brokenPromises = (history: History): readonly string[] =>
  Object.values(PROMISES).flatMap((brokenBy) => brokenBy(history));

// ---- the small print

/**
 * A second copy may pass where SQS could not know it any more, which takes more than five minutes, and where it was not
 * the stack's own doing that they went by:
 *
 * - the delivery lay in the dead letters meanwhile;
 * - it was acknowledged in vain more than once;
 * - Lambda was late with it;
 * - another delivery of the event came when the event log had forgotten it.
 */
const isExcused = (earlier: Sent, copy: Sent, { claims, schedule }: History): boolean => {
  if (copy.at - earlier.at < DEDUPLICATION) return false;
  if (copy.deliveryId !== earlier.deliveryId) {
    const claimed = claims.findLast(({ key, at }) => key === copy.key && at < copy.at);
    const before = claims.findLast(({ key, at }) => key === copy.key && at < Number(claimed?.at));
    return before !== undefined && copy.at - before.at > schedule.setup.retention * 1000 - CLOCKS_DIFFER;
  }
  const [one, other] = [earlier.handOver, copy.handOver];
  if (one === undefined || other === undefined) return false;
  return (
    other.redriven > one.redriven ||
    other.count - one.count > 1 ||
    other.late > 0 ||
    other.at - one.at > schedule.setup.visibility * 1000 + LAMBDA_IS_PROMPT
  );
};

/** How long Lambda takes to poll what there is, in ms. */
const LAMBDA_IS_PROMPT = 1_000;

/**
 * While Secrets Manager is out of reach, a function goes by what it remembers, however old, so that no delivery is lost to
 * that: for so long it can't know that a secret was revoked.
 */
const isOfARevokedSecret = (answer: Answer | undefined): boolean =>
  answer?.request.kind === 'forgery' &&
  answer.request.how === 'revoked' &&
  (answer.remembersFault || answer.faults.some((fault) => fault.startsWith('GetSecretValue')));

/**
 * A function asks for a secret again no sooner than half a minute after it last did, lest forgeries make it ask all day: who
 * signs with a new one within that time may be rejected. And where the clock of a function is ahead, the grace of the
 * previous one ends early.
 */
const mayNotKnowTheSecret = (answer: OfEvent, grace: number): boolean => {
  const { receivedAt, rotatedAt, skew, request } = answer;
  if (request.signedWith === 'previous')
    return receivedAt + Math.max(0, skew) - rotatedAt >= grace * 1000 - 1_000;
  return receivedAt - rotatedAt < RECHECK_MS + 1_000;
};

// ---- words

type OfEvent = Answer & { readonly request: Extract<Answer['request'], { readonly kind: 'event' }> };

const isOfEvent = (answer: Answer): answer is OfEvent => answer.request.kind === 'event';

const isAccepted = (answer: Answer): answer is OfEvent => isOfEvent(answer) && answer.status === 200;

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const dimensionsIn = (fields: Readonly<Record<string, unknown>>) =>
  fields.dimensions as Readonly<Record<string, string>> | undefined;

const causeIn = ({ lines }: Answer): string => JSON.stringify(lineOf(lines)?.fields.cause);
