import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import { REASONS } from '../../lambdas/core/rejection.ts';
import { RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import { DEDUPLICATION } from './aws/fifo-queue.ts';
import { type Answer, type History, lineOf, reasonOf, type Sent } from './history.ts';
import { partsOf } from './play.ts';
import { CLOCKS_DIFFER, type EventStep, entityOf, isIdless, MAX_COUNT, type Schedule } from './schedule.ts';
import { PROVIDERS } from './senders.ts';
import { nameOf } from './told.ts';

/** What Gatepost promises, each as a question to a run: what it gives is what was broken, in sentences. */
export const PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what was answered with 200 is in its queue': (history) => {
    const arrived = Map.groupBy(history.sent, ({ name }) => name);
    const expected = expectations(history.schedule);
    const window = history.schedule.setup.repeatWindow * 1000;
    return [...Map.groupBy(acceptedIn(history), ({ name }) => name)].flatMap(([name, accepted]) => {
      const { queue, reason, isIdless } = expected(name) ?? {};
      if (queue === undefined) return [];
      const copies = arrived.get(name) ?? [];
      if (copies.length === 0) return [`event ${name} was answered with 200 and is in no queue`];
      const missed = accepted.find(
        ({ receivedAt }) =>
          isIdless && !copies.some((copy) => Math.abs(receivedOf(copy, history) - receivedAt) <= window),
      );
      if (missed !== undefined)
        return [`event ${name} happened again later than what has no id is remembered, and is in no queue`];
      const elsewhere = copies.find(({ entity }) => entity !== queue);
      if (elsewhere !== undefined) return [`event ${name} is in ${elsewhere.entity}, not in ${queue}`];
      const misnamed = copies.find((copy) => copy.reason !== reason);
      return misnamed === undefined ? [] : [`event ${name} has the reason ${misnamed.reason}, not ${reason}`];
    });
  },

  'nothing is in a queue twice, unless its retry came too late for SQS to know it': (history) => {
    const expected = expectations(history.schedule);
    return [...Map.groupBy(history.sent, ({ name, key }) => name ?? key)].flatMap(([name, copies]) => {
      const isIdless = expected(name)?.isIdless ?? false;
      return copies.flatMap((copy, index) => {
        const earlier = copies.slice(0, index).findLast((one) => !isExcused(one, copy, isIdless, history));
        if (earlier === undefined) return [];
        const after = seconds(copy.at - earlier.at);
        return [`event ${name} is in its queue again, ${after} after it was, and nothing excuses it`];
      });
    });
  },

  'a delivery is in the intake queue once': ({ stored }) =>
    [...Map.groupBy(stored, ({ deliveryId, names }) => `${deliveryId} ${names[0]}`).values()]
      .filter(({ length }) => length > 1)
      .map(({ 0: first, length }) => `the delivery ${first?.deliveryId} was stored ${length} times`),

  // A dead letter stands aside, that is what it is for: what was behind it goes on.
  'the events of an entity are in its queue in the order in which their deliveries were stored': ({
    stored,
    sent,
    schedule,
  }) => {
    const places = new Map(
      stored
        .flatMap(({ deliveryId, names }) => names.map((name) => `${deliveryId} ${name}`))
        .map((id, place) => [id, place]),
    );
    const placeOf = ({ deliveryId, name }: Sent) => Number(places.get(`${deliveryId} ${name}`));
    const firsts = [...Map.groupBy(sent, ({ name, key }) => name ?? key).values()]
      .map(([first]) => first as Sent)
      // What nobody understood is of no entity, and waits for nothing.
      .filter(({ handOver, entity }) => handOver?.redriven === 0 && entity !== UNRECOGNIZED);
    const thingOf = things(schedule);
    const byThing = Map.groupBy(firsts, ({ entity, name }) => `${entity} ${thingOf(name)}`);
    return [...byThing.values()].flatMap((ofThing) =>
      ofThing.flatMap((one, index) => {
        const earlier = ofThing[index - 1];
        if (earlier === undefined) return [];
        if (one.group !== earlier.group)
          return [`event ${one.name} doesn't wait for event ${earlier.name} of the same entity`];
        return placeOf(earlier) <= placeOf(one)
          ? []
          : [`event ${one.name} was overtaken by event ${earlier.name} of the same entity`];
      }),
    );
  },

  'of events that bear the same id and say different things, all but the first are counted': (history) => {
    const counted = history.fanOuts.reduce((sum, { conflicts }) => sum + conflicts, 0);
    const { due, mayBe } = conflictsIn(history);
    if (!mayBe && counted > 0) return [`${counted} conflicts were counted, and there are none`];
    return counted < due ? [`${counted} conflicts were counted, of ${due}`] : [];
  },

  'nothing unverified is in any queue': ({ stored, sent, genuine, genuineParts, answers }) => [
    ...stored
      .filter(({ source, body, isPart }) =>
        isPart
          ? partsOf(body).some((part) => !genuineParts.get(source)?.has(part))
          : !genuine.get(source)?.has(body),
      )
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

  'every rejection has a reason, and one that was foreseen': ({ answers, fanOuts }) => [
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
    ...fanOuts
      .flatMap(({ givenBack }) => givenBack.filter(({ why }) => why === 'unsaid'))
      .map(({ messageId }) => `fan-out gave ${messageId} back and did not say why`),
  ],

  'fan-out stops in time, and gives nothing back while nothing is wrong but what takes longer': ({
    fanOuts,
  }) =>
    fanOuts.flatMap(({ ending, took, faults, givenBack }) => {
      if (ending === 'threw') return ['fan-out threw'];
      if (ending === 'timed-out' && !faults.some((fault) => fault.endsWith('stall')))
        return ['fan-out was ended by its time-out'];
      if (faults.length > 0) return [];
      return givenBack
        .filter(({ why }) => why === 'failed' || took < LEAST_WORK)
        .map(
          ({ messageId }) => `fan-out gave ${messageId} back after ${seconds(took)}, and nothing was wrong`,
        );
    }),

  // 4xx says that the delivery is at fault, and ends the tries of SNS.
  'who is genuine is never told that he is not': ({ answers, schedule, secretReads }) =>
    answers.filter(isOfEvent).flatMap((answer) => {
      const { status, lines, source, request } = answer;
      if (status === undefined || status < 400 || status >= 500) return [];
      const reason = reasonOf(lines);
      if (
        reason === 'signature-mismatch' &&
        mayNotKnowTheSecret(answer, schedule.setup.rotationGrace, secretReads)
      )
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

/** Fan-out works for so long before it leaves the rest to the next try, in ms. */
const LEAST_WORK = 25_000;

/**
 * A second copy may pass where SQS could not know it any more, which takes more than five minutes, and where it was not
 * the stack's own doing that they went by. What is not noted or acknowledged because of a fault is sent again; a fault in
 * one try alone is no excuse:
 *
 * - there were faults in each of two or more tries, one after the other;
 * - the message lay in the dead letters meanwhile;
 * - Lambda was late with it;
 * - another delivery of the event came when the event log had forgotten it, or when what has no id is no repeat any more.
 */
const isExcused = (earlier: Sent, copy: Sent, isIdless: boolean, history: History): boolean => {
  const { schedule, handOvers } = history;
  if (copy.deliveryId !== earlier.deliveryId) {
    const { repeatWindow, retention } = schedule.setup;
    const apart = Math.abs(receivedOf(copy, history) - receivedOf(earlier, history));
    if (isIdless && apart > repeatWindow * 1000) return true;
    return claimedAt(copy, history) - claimedAt(earlier, history) > retention * 1000 - CLOCKS_DIFFER;
  }
  if (copy.at - earlier.at < DEDUPLICATION) return false;
  const [one, other] = [earlier.handOver, copy.handOver];
  if (one === undefined || other === undefined || one.message !== other.message) return false;
  const between = (handOvers.get(one.message) ?? []).slice(one.count - 1, other.count - 1);
  if (!between.every(({ isTroubled }) => isTroubled)) return false;
  return (
    other.redriven > one.redriven ||
    between.length > 1 ||
    other.late > 0 ||
    other.at - one.at > schedule.setup.visibility * 1000 + LAMBDA_IS_PROMPT
  );
};

/** When the event was claimed for the delivery that brought a copy. */
const claimedAt = ({ key, deliveryId, at }: Sent, { claims }: History): number =>
  claims.findLast((one) => one.key === key && one.deliveryId === deliveryId && one.at < at)?.at ?? Number.NaN;

/** When the delivery was received that brought a copy. */
const receivedOf = ({ deliveryId }: Sent, { stored }: History): number =>
  stored.find((one) => one.deliveryId === deliveryId)?.receivedAt ?? Number.NaN;

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
 * previous one ends early. The current and the previous secret are read at the same time: where a rotation comes between
 * the two, what was the current one until then is neither, until the secrets are read again.
 */
const mayNotKnowTheSecret = (answer: OfEvent, grace: number, reads: History['secretReads']): boolean => {
  const { receivedAt, rotatedAt, skew, request, source } = answer;
  const isRecent = receivedAt - rotatedAt < RECHECK_MS + 1_000;
  if (request.signedWith !== 'previous') return isRecent;
  if (receivedAt + Math.max(0, skew) - rotatedAt >= grace * 1000 - 1_000) return true;
  const ofSource = reads.filter((read) => read.source === source);
  return (
    isRecent &&
    ofSource.some(
      ({ stage, at }) => stage === 'AWSPREVIOUS' && at < rotatedAt && rotatedAt - at < READ_TAKES,
    ) &&
    ofSource.some(({ stage, at }) => stage === 'AWSCURRENT' && at >= rotatedAt && at - rotatedAt < READ_TAKES)
  );
};

/** How long reading both secrets takes at most, in ms: two tries. */
const READ_TAKES = 5_000;

// ---- what a schedule makes one expect

interface Expectation {
  readonly queue: string;
  readonly reason: string | undefined;
  readonly isIdless: boolean;
}

/** Where the events of a schedule belong, by their names; undefined for what is none of its events. */
const expectations = ({ steps }: Schedule): ((name: string) => Expectation | undefined) => {
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  const poisoned = new Set(
    steps.flatMap((step) => (step.step === 'poison' ? [nameOf(step.event, step.item)] : [])),
  );
  return (name) => {
    const step = events.get(Number(name.split('/')[0]));
    if (step === undefined) return undefined;
    const reason = poisoned.has(name) ? 'refused' : reasonToMisunderstand(step);
    const queue = reason === undefined ? PROVIDERS[step.source].entity : UNRECOGNIZED;
    // A body that isn't understood has an id: all that it says.
    return { queue, reason, isIdless: isWhole(step) ? false : isIdless(step) };
  };
};

/** Whether a delivery is one event, that nobody understands. */
const isWhole = ({ garbled, count = 1 }: EventStep): boolean => garbled !== undefined || count > MAX_COUNT;

const reasonToMisunderstand = (step: EventStep): string | undefined => {
  if (step.garbled !== undefined) return 'not-understood';
  if (isWhole(step)) return 'too-many-events';
  return step.known ? undefined : 'unknown-event';
};

/** The events in the deliveries that were answered with 200. */
const acceptedIn = ({ answers, schedule }: History) => {
  const wholes = new Set(
    schedule.steps.flatMap((step) => (step.step === 'event' && isWhole(step) ? [step.event] : [])),
  );
  return answers.filter(isAccepted).flatMap(({ request: { event, count }, receivedAt }) =>
    Array.from({ length: wholes.has(event) ? 1 : count }, (_, item) => ({
      name: nameOf(event, item),
      receivedAt,
    })),
  );
};

/** The thing that an event happened to, by its name. */
const things = ({ steps }: Schedule): ((name: string | undefined) => string) => {
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  return (name) => {
    const [event, item] = (name ?? '').split('/').map(Number);
    const step = events.get(event ?? -1);
    return step === undefined ? 'nothing' : `${step.source} ${entityOf(step, item ?? 0)}`;
  };
};

/** How many events arrived that bear the id of an earlier one and say something else, and whether there may be any. */
const conflictsIn = (history: History): { readonly due: number; readonly mayBe: boolean } => {
  const { steps, setup } = history.schedule;
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  const rootOf = (step: EventStep): EventStep =>
    (step.idOf === undefined ? undefined : events.get(step.idOf)) ?? step;
  if (!events.values().some((step) => rootOf(step) !== step)) return { due: 0, mayBe: false };
  const idOf = (name: string): string | undefined => {
    const [event, item = 0] = name.split('/').map(Number);
    const step = events.get(event ?? -1);
    // iVvy's keys have what the event says in them, and so has what comes without an id.
    if (step === undefined || step.source === 'ivvy' || isIdless(step) || isWhole(step)) return undefined;
    const entity = step.source === 'avaza' ? entityOf(step, item) : '';
    return `${step.source} ${rootOf(step).event}/${item} ${step.known} ${entity}`;
  };
  const firsts = Map.groupBy(history.sent, ({ name }) => name)
    .values()
    .map(([first]) => first as Sent);
  const due = Map.groupBy(firsts, ({ name = '' }) => idOf(name))
    .entries()
    .reduce((sum, [id, sent]) => {
      if (id === undefined || sent.length === 1) return sum;
      const claimed = sent.map((one) => claimedAt(one, history));
      const areApart = Math.max(...claimed) - Math.min(...claimed) > setup.retention * 1000 - CLOCKS_DIFFER;
      return areApart ? sum : sum + sent.length - 1;
    }, 0);
  return { due, mayBe: true };
};

// ---- words

type OfEvent = Answer & { readonly request: Extract<Answer['request'], { readonly kind: 'event' }> };

const isOfEvent = (answer: Answer): answer is OfEvent => answer.request.kind === 'event';

const isAccepted = (answer: Answer): answer is OfEvent => isOfEvent(answer) && answer.status === 200;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const dimensionsIn = (fields: Readonly<Record<string, unknown>>) =>
  fields.dimensions as Readonly<Record<string, string>> | undefined;

const causeIn = ({ lines }: Answer): string => JSON.stringify(lineOf(lines)?.fields.cause);
