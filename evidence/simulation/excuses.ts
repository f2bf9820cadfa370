import { RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import { DEDUPLICATION } from './aws/fifo-queue.ts';
import { BEGINNING } from './clock.ts';
import type { Answer, History, Sent } from './history.ts';
import { claimedAt, isTakenBack, type OfEvent, receivedOf } from './readings.ts';
import { CLOCKS_DIFFER, isOfSecret } from './schedule.ts';

/* The small print of the promises. */

/** Fan-out works for so long before it leaves the rest to the next try, in ms. */
export const LEAST_WORK = 25_000;

/**
 * A second copy may pass where SQS could not know it any more, which takes more than five minutes, and where it was not
 * the stack's own doing that they went by. What is not noted or acknowledged because of a fault is sent again; a fault in
 * one try alone is no excuse:
 *
 * - there were faults in each of two or more tries, one after the other;
 * - the message lay in the dead letters meanwhile;
 * - Lambda was late with it;
 * - another delivery of the event came when the event log had forgotten it, or when what has no id is no repeat any more;
 * - another queue was only away, which is no excuse: what was sent to this one could be noted;
 * - what is not taken apart is known by its body, which was not the same, because it has the count of tries in it.
 */
export const isExcused = (earlier: Sent, copy: Sent, isIdless: boolean, history: History): boolean => {
  const { schedule, handOvers } = history;
  if (copy.deliveryId !== earlier.deliveryId) {
    if (isKnownByBody(copy) && copy.content !== earlier.content) return true;
    const { repeatWindow, retention } = schedule.setup;
    const apart = Math.abs(receivedOf(copy, history) - receivedOf(earlier, history));
    const claims = claimedAt(copy, history) - claimedAt(earlier, history);
    // What is taken back is compared with all that the event log has when it is claimed, however late it is sent.
    const claimedLast = claims >= 0 ? copy : earlier;
    if (isIdless && apart > repeatWindow * 1000 && !isTakenBack(claimedLast, history)) return true;
    return claims > retention * 1000 - CLOCKS_DIFFER;
  }
  if (copy.at - earlier.at < DEDUPLICATION) return false;
  const [one, other] = [earlier.handOver, copy.handOver];
  if (one === undefined || other === undefined || one.message !== other.message) return false;
  const between = (handOvers.get(one.message) ?? []).slice(one.count - 1, other.count - 1);
  // The event log, where it was noted, has forgotten it meanwhile.
  if (other.redriven > one.redriven && copy.at - earlier.at > schedule.setup.retention * 1000) return true;
  // A try that did not come as far as this event could not note that it was sent.
  const reached = between.filter(({ sent }, index) => index === 0 || sent.has(copy.key));
  if (!reached.every(({ troubles }) => troubles.some((fault) => isOwn(fault, history)))) return false;
  return (
    other.redriven > one.redriven ||
    between.length > 1 ||
    other.late > 0 ||
    other.at - one.at > schedule.setup.visibility * 1000 + LAMBDA_IS_PROMPT
  );
};

/** Whether a fault is one of this queue, or of what all of them share. That another queue takes nothing is none. */
const isOwn = (fault: string, { sentOver }: History): boolean => {
  const other = sentOver === 'consumer' ? 'SendMessageBatch' : 'consumer';
  return !fault.startsWith(`${other} `) || !/: (?:fail|throttle|deny|part|lose|lose-answer)$/.test(fault);
};

const isKnownByBody = ({ reason }: Sent): boolean =>
  reason === 'not-understood' || reason === 'too-many-events';

/** How long Lambda takes to poll what there is, in ms. */
const LAMBDA_IS_PROMPT = 1_000;

/**
 * While Secrets Manager is out of reach, a function goes by what it remembers, however old, so that no delivery is lost to
 * that: for so long it can't know that a secret was revoked.
 */
export const isOfARevokedSecret = (answer: Answer | undefined): boolean =>
  answer?.request.kind === 'forgery' &&
  answer.request.how === 'revoked' &&
  (answer.remembersFault || answer.faults.some((fault) => fault.startsWith('GetSecretValue')));

/**
 * A function asks for a secret again no sooner than half a minute after it last did, lest forgeries make it ask all day: who
 * signs with a new one within that time may be rejected. And where the clock of a function is ahead, the grace of the
 * previous one ends early. The current and the previous secret are read at the same time: where a rotation comes between
 * the two, what was the current one until then is neither, until the secrets are read again.
 */
export const mayNotKnowTheSecret = (
  answer: OfEvent,
  grace: number,
  reads: History['secretReads'],
): boolean => {
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

/** While its source is configured wrongly, and for as long after that as a function may not know the right secret. */
export const isOfAMistake = ({ source, receivedAt }: Answer, { schedule }: History): boolean =>
  schedule.steps.some((step) => {
    if (step.step !== 'mistake' || step.source !== source) return false;
    const from = BEGINNING + step.at;
    const to = from + step.lasts + (isOfSecret(step) ? RECHECK_MS + 1_000 : 0);
    return from <= receivedAt && receivedAt < to;
  });
