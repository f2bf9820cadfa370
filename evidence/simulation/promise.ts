import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import { REASONS, type Reason } from '../../lambdas/core/rejection.ts';
import { isExcused, isOfAMistake, isOfARevokedSecret, LEAST_WORK, mayNotKnowTheSecret } from './excuses.ts';
import { acceptedIn, conflictsIn, expectations, things } from './expected.ts';
import { type History, lineOf, reasonOf, type Sent } from './history.ts';
import { BODY_PROMISES } from './promise-bodies.ts';
import { REJECTION_PROMISES } from './promise-rejected.ts';
import { causeIn, counts, isOfEvent, receivedOf, seconds } from './readings.ts';
import { partsOf } from './told.ts';

/** Asks it of the queues of the entities, and of those of each consumer by itself. */
function inEachQueue(
  brokenBy: (history: History) => readonly string[],
): (history: History) => readonly string[] {
  return (history) => [
    ...brokenBy(history),
    ...[...history.sentTo].flatMap(([consumer, sent]) =>
      brokenBy({ ...history, sent, sentOver: 'consumer' }).map(
        (sentence) => `${sentence} (consumer ${consumer})`,
      ),
    ),
  ];
}

/** What Gatepost promises, each as a question to a run: what it gives is what was broken, in sentences. */
export const PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what was answered with 200 is in its queue': inEachQueue((history) => {
    const arrived = Map.groupBy(history.sent, ({ name }) => name);
    const expected = expectations(history.schedule);
    const window = history.schedule.setup.repeatWindow * 1000;
    return [...Map.groupBy(acceptedIn(history), ({ name }) => name)].flatMap(([name, accepted]) => {
      const { queue, reason, isIdless } = expected(name) ?? {};
      if (queue === undefined || (history.sentOver === 'consumer' && queue === UNRECOGNIZED)) return [];
      const copies = arrived.get(name) ?? [];
      if (copies.length === 0) return [`event ${name} was answered with 200 and is in no queue`];
      const missed = accepted.find(
        ({ receivedAt, isTakenBack }) =>
          isIdless &&
          !isTakenBack &&
          !copies.some((copy) => Math.abs(receivedOf(copy, history) - receivedAt) <= window),
      );
      if (missed !== undefined)
        return [`event ${name} happened again later than what has no id is remembered, and is in no queue`];
      const elsewhere = copies.find(({ entity }) => entity !== queue);
      if (elsewhere !== undefined) return [`event ${name} is in ${elsewhere.entity}, not in ${queue}`];
      const misnamed = copies.find((copy) => copy.reason !== reason);
      return misnamed === undefined ? [] : [`event ${name} has the reason ${misnamed.reason}, not ${reason}`];
    });
  }),

  'nothing is in a queue twice, unless its retry came too late for SQS to know it': inEachQueue((history) => {
    const expected = expectations(history.schedule);
    return [...Map.groupBy(history.sent, ({ name, key }) => name ?? key)].flatMap(([name, all]) => {
      // What was refused for good is there once more, should the note of that fail.
      const copies = all.filter(({ isDead }) => !isDead);
      const isIdless = expected(name)?.isIdless ?? false;
      return copies.flatMap((copy, index) => {
        const earlier = copies.slice(0, index).findLast((one) => !isExcused(one, copy, isIdless, history));
        if (earlier === undefined) return [];
        const after = seconds(copy.at - earlier.at);
        return [`event ${name} is in its queue again, ${after} after it was, and nothing excuses it`];
      });
    });
  }),

  'a delivery is in the intake queue once': ({ stored }) =>
    [...Map.groupBy(stored, ({ deliveryId, names }) => `${deliveryId} ${names[0]}`).values()]
      .filter(({ length }) => length > 1)
      .map(({ 0: first, length }) => `the delivery ${first?.deliveryId} was stored ${length} times`),

  // A dead letter stands aside, that is what it is for: what was behind it goes on.
  'the events of an entity are in its queue in the order in which their deliveries were stored': inEachQueue(
    ({ stored, sent, schedule }) => {
      const places = new Map(
        stored
          .flatMap(({ deliveryId, names }) => names.map((name) => `${deliveryId} ${name}`))
          .map((id, place) => [id, place]),
      );
      const placeOf = ({ deliveryId, name }: Sent) => Number(places.get(`${deliveryId} ${name}`));
      const firsts = [...Map.groupBy(sent, ({ name, key }) => name ?? key).values()]
        .map(([first]) => first as Sent)
        // An unrecognized delivery has no entity, so it does not wait for an earlier event.
        .filter(
          ({ handOver, entity, isDead }) => handOver?.redriven === 0 && entity !== UNRECOGNIZED && !isDead,
        );
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
  ),

  'of events that bear the same id and say different things, all but the first are counted': (history) => {
    const counted = history.fanOuts.reduce((sum, { conflicts }) => sum + conflicts, 0);
    const { due, mayBe } = conflictsIn(history);
    if (!mayBe && counted > 0) return [`${counted} conflicts were counted, and there are none`];
    return counted < due ? [`${counted} conflicts were counted, of ${due}`] : [];
  },

  'nothing unverified is in any queue': ({ stored, sent, sentTo, genuine, genuineParts, answers }) => [
    ...stored
      .filter(({ source, body, isPart }) =>
        isPart
          ? partsOf(body).some((part) => !genuineParts.get(source)?.has(part))
          : !genuine.get(source)?.has(body),
      )
      .filter(({ deliveryId }) => !isOfARevokedSecret(answers.find((one) => one.deliveryId === deliveryId)))
      .map(({ source }) => `a forged delivery of ${source} was stored`),
    ...[...sent, ...[...sentTo.values()].flat()]
      .filter(({ deliveryId }) => !stored.some((one) => one.deliveryId === deliveryId))
      .map(({ deliveryId }) => `an event was sent of ${deliveryId}, which nobody stored`),
  ],

  'a handshake is confirmed if it was answered so, at most once a token, and only for SNS': ({
    answers,
    confirmations,
    strayConfirmations,
    rejections,
    retrials,
  }) => [
    ...strayConfirmations.map(() => 'a SubscribeURL was followed that SNS never sent'),
    ...[...confirmations]
      .filter(([, { confirmed }]) => confirmed > 1)
      .map(([token]) => `${token} was confirmed more than once`),
    ...[...confirmations].flatMap(([token, { asked }]) => {
      const posts = answers.filter(
        ({ request, status = 0 }) =>
          request.kind === 'handshake' && request.token === token && (status < 400 || status > 499),
      );
      const ids = [...rejections.values()].filter((one) => one.token === token).map(({ id }) => id);
      const takenBack = retrials.filter(({ op }) => op === 'retry').flatMap((run) => run.ids);
      const times = posts.length + takenBack.filter((id) => ids.includes(id)).length;
      // One that came twice at once may be asked for twice, and each of them once more after an answer that was lost.
      return asked > times ? [`${token} was asked for ${asked} times, for ${times} posts`] : [];
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
      const metric = status === 503 ? metricOf503(reason) : 'Rejected';
      const isCounted = metric === undefined || counts(line.fields, metric);
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
  'who is genuine is never told that he is not': (history) =>
    history.answers.filter(isOfEvent).flatMap((answer) => {
      const { schedule, secretReads } = history;
      const { status, lines, source, request } = answer;
      if (status === undefined || status < 400 || status >= 500) return [];
      if (isOfAMistake(answer, history)) return [];
      const reason = reasonOf(lines);
      if (
        reason === 'signature-mismatch' &&
        mayNotKnowTheSecret(answer, schedule.setup.rotationGrace, secretReads)
      )
        return [];
      return [`event ${request.event} of ${source} is genuine and was answered with ${status}, ${reason}`];
    }),

  'who comes while nothing is wrong gets in': (history) =>
    history.answers
      .filter((answer) => answer.request.kind !== 'forgery' && !isOfAMistake(answer, history))
      .flatMap((answer) => {
        const { status, source, faults, remembersFault, lines } = answer;
        if (status === undefined ? answer.ending === 'died' : status < 500) return [];
        if (faults.length > 0 || remembersFault) return [];
        return [
          `${source} was answered with ${status ?? answer.ending}, ${reasonOf(lines)}, and nothing was wrong`,
        ];
      }),

  ...BODY_PROMISES,
  ...REJECTION_PROMISES,

  'nobody leaves a promise alone': ({ unheard }) =>
    unheard.map((error) => `a promise was rejected that nobody waits for: ${error}`),

  'all comes to an end': ({ hasEnded }) =>
    hasEnded ? [] : ['there was no end to it, or something was left over'],
};

/** What a run broke; nothing where all was kept. */
export const brokenPromises = (history: History): readonly string[] =>
  Object.values(PROMISES).flatMap((brokenBy) => brokenBy(history));

/** The metric that counts a 503 of ours. All others are in the gate's own metric. */
const metricOf503 = (reason: Reason) =>
  reason === 'secret-unset' || reason === 'secret-unavailable' ? ('SecretMissing' as const) : undefined;
