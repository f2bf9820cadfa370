import type { EventClaims } from '../event-log/claim.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { isRefusal, withoutContent } from './refusal.ts';
import { type Claimed, type Claims, Failure, type Filled, type Step } from './step.ts';

/** What claiming needs. */
export interface ClaimTools {
  readonly log: EventClaims;
  readonly deadline: Deadline;
}

/** How many events of a delivery are claimed at once. */
const AHEAD = 10;

/**
 * Claims the next event of each group that is not claimed yet, and those behind it in its delivery. Those of the next
 * delivery have to wait: if both have an event, the first has to claim it, or it would arrive in the order of the second.
 */
export const claimAhead = async (
  groups: readonly Filled<Step>[],
  claims: Claims,
  tools: ClaimTools,
): Promise<void> => {
  const steps = groups.flatMap((group) => (claims.has(group[0]) ? [] : aheadIn(group)));
  // None is under way when the function answers: what Lambda froze would go on at some later time.
  await Promise.all(steps.map(async (step) => claims.set(step, await claim(step, tools))));
};

const aheadIn = (group: Filled<Step>): readonly Step[] =>
  group.slice(0, AHEAD).filter(({ message }) => message === group[0].message);

const claim = async ({ event, message }: Step, { log, deadline }: ClaimTools): Promise<Claimed | Failure> => {
  if (!deadline.allowsWork()) return new Failure(new OutOfTime());
  const delivery = message.part([event]);
  try {
    return await log.claim(event, delivery, deadline.work);
  } catch (error) {
    if (!isRefusal(error)) return new Failure(error);
    // DynamoDB never takes it: without its content it is claimed all the same, so that its entity goes on.
    return log
      .claim(event, withoutContent(delivery), deadline.work, 'DynamoDB refused it')
      .then((claim) => ({ ...claim, refusal: error }))
      .catch((again: unknown) => new Failure(again));
  }
};
