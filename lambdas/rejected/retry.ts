import type { Objects } from '../bodies/objects.ts';
import { type Reason, Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { findRejected } from '../event-log/find-rejected.ts';
import { markRetried } from '../event-log/mark-retried.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { type RetryOutcome, requestOf, type StoredRejection } from '../event-log/stored-rejection.ts';
import { type Receipt, receive } from '../ingest/receive.ts';
import type { Store } from '../ingest/store.ts';
import { explainRequest } from '../providers/explain.ts';
import { describeError } from '../runtime/describe-error.ts';
import { logLine, print } from '../runtime/observe.ts';
import type { Trace } from '../verification/trace/trace.ts';
import type { SourceGate } from './gates.ts';

/** What checking rejected requests again needs. */
export interface RetryTools {
  readonly log: EventLogTable;
  /** The source of that name as it is today; undefined if it is no longer configured. */
  open(source: string): SourceGate | undefined;
  /** Stores in the intake queue. */
  readonly store: Store;
  /** The bucket of large bodies: those of rejected requests are read, those of what is stored are written. */
  readonly objects: Objects;
  readonly now: () => number;
  /** Whether there is time for another one. */
  hasTime(): boolean;
}

/** What came of a request, or would come of it. */
export interface Retrial {
  readonly id: string;
  readonly outcome:
    | RetryOutcome
    /** A trial: it is genuine, and a retry would store it. */
    | 'would-store'
    /** A trial: it is genuine, and a retry would confirm it. */
    | 'would-confirm'
    /** It is genuine, and its source lets none of its events in today. It stays, for a day on which that is otherwise. */
    | 'ignored'
    /** It was stored or confirmed before. */
    | 'done-before'
    /** There is none with this id: it has expired, or was never kept. */
    | 'unknown'
    /** Its source is no longer configured. */
    | 'no-source'
    /** It could not be checked or stored now. */
    | 'failed'
    /** One of its source before it failed, or there was no time left. */
    | 'not-tried';
  readonly source?: string;
  /** ISO 8601, UTC. */
  readonly receivedAt?: string;
  /** Why it is refused, or why it failed. */
  readonly reason?: Reason;
  readonly detail?: string;
  /** The id of the delivery that was stored. */
  readonly deliveryId?: string;
  /** The events in what is stored. */
  readonly events?: readonly { readonly key: string; readonly entity: string }[];
}

/**
 * Checks rejected requests again, by today's settings and secrets and with the clock of their receipt, and stores those that
 * are genuine like any delivery, in the order of their receipt. What is still refused stays.
 *
 * @param ids of the requests.
 * @param by who wants it; undefined for a trial, which changes nothing.
 * @returns one for each id, in the order of their receipt; those that are unknown come first.
 */
export const retryAll = async (
  ids: readonly string[],
  by: string | undefined,
  tools: RetryTools,
): Promise<readonly Retrial[]> => {
  const { log, now } = tools;
  const unique = [...new Set(ids)];
  const found = await Promise.all(unique.map((id) => findRejected(log, id, now())));
  const unknown = unique.filter((_, index) => found[index] === undefined);
  const gates = new Map<string, SourceGate | undefined>();
  const blocked = new Set<string>();
  const retrials: Retrial[] = unknown.map((id) => ({ id, outcome: 'unknown' }));
  for (const rejected of found.filter((one) => one !== undefined).sort(byReceipt)) {
    const { id, source, receivedAt } = rejected;
    if (!gates.has(source)) gates.set(source, tools.open(source));
    const gate = gates.get(source);
    const isFirst = retrials.length === unknown.length;
    const retrial: Omit<Retrial, 'id' | 'source' | 'receivedAt'> =
      gate === undefined
        ? { outcome: 'no-source' }
        : blocked.has(source) || !(isFirst || tools.hasTime())
          ? { outcome: 'not-tried' }
          : await retry(rejected, by, gate, tools);
    // Those after it would overtake it.
    if (retrial.outcome === 'failed' || retrial.outcome === 'not-tried') blocked.add(source);
    retrials.push({ id, source, receivedAt, ...retrial });
  }
  return retrials;
};

const byReceipt = (one: StoredRejection, other: StoredRejection): number => {
  const [first, second] = [one, other].map(({ receivedAt, id }) => `${receivedAt} ${id}`) as [string, string];
  return first < second ? -1 : 1;
};

const retry = async (
  rejected: StoredRejection,
  by: string | undefined,
  gate: SourceGate,
  { log, store, objects, now }: RetryTools,
): Promise<Omit<Retrial, 'id'>> => {
  const { id } = rejected;
  if (isTakenBack(rejected)) return { outcome: 'done-before' };
  const isTrial = by === undefined;
  const at = new Date(now()).toISOString();
  const note = (what: {
    readonly outcome: RetryOutcome;
    readonly deliveryId?: string;
    readonly reason?: Reason;
  }) => (isTrial ? undefined : markRetried(log, id, { at, by, ...what }));
  let request: WebhookRequest;
  try {
    request = await requestOf(rejected, objects);
  } catch (error) {
    const facts = { rejectedId: id, source: rejected.source, cause: describeError(error) };
    print([logLine('ERROR', 'body-unavailable', facts)]);
    return { outcome: 'failed', detail: 'its body can’t be read from the bucket' };
  }
  try {
    const receipt = await receive(request, {
      ...gate,
      provider: gate.provider(isTrial),
      store: isTrial ? async () => undefined : store,
      objects: isTrial ? { ...objects, put: async () => undefined } : objects,
      retry: { of: id, at },
    });
    if (receipt.outcome === 'ignored') return { outcome: 'ignored' };
    const outcome = outcomeOf(receipt, gate);
    const { deliveryId, events = [] } = receipt;
    const stored = outcome === 'stored';
    await note({ outcome, ...(stored && { deliveryId }) });
    return {
      outcome: isTrial ? ofTrial(outcome) : outcome,
      ...(stored && {
        ...(!isTrial && { deliveryId }),
        events: events.map((event) => ({ key: event.id, entity: event.entity })),
      }),
    };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const { reason, message: detail } = error;
    if (!isFinal(error)) return { outcome: 'failed', reason, detail };
    await note({ outcome: 'refused', reason });
    return { outcome: 'refused', reason, detail };
  }
};

const isTakenBack = ({ retried }: StoredRejection): boolean =>
  retried !== undefined && retried.outcome !== 'refused';

const outcomeOf = ({ outcome }: Receipt, { confirmsByRequest }: SourceGate): RetryOutcome => {
  if (outcome === 'accepted') return 'stored';
  return outcome === 'confirmed' && confirmsByRequest ? 'confirmed' : 'nothing-to-store';
};

const ofTrial = (outcome: RetryOutcome): Retrial['outcome'] => {
  if (outcome === 'stored') return 'would-store';
  return outcome === 'confirmed' ? 'would-confirm' : outcome;
};

/** A token of SNS that has expired stays so, and without a secret nothing is verified; other failures pass. */
const isFinal = ({ status, reason }: Rejection): boolean =>
  status !== 503 || reason === 'confirmation-failed' || reason === 'secret-unset';

/** Why a request is refused today. */
export interface Explanation {
  readonly id: string;
  readonly source: string;
  readonly provider: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** Why it was refused then. */
  readonly reason: Reason;
  /** Whether its address may send to the source today. */
  readonly isAddressAllowed: boolean;
  /** Whether it was stored or confirmed before, or had nothing to store. */
  readonly isTakenBack: boolean;
  readonly trace: Trace;
}

/** Explains why a request is refused, by today's settings and secrets. @returns why not, if it can't. */
export const explainRejected = async (
  id: string,
  { log, open, objects, now }: RetryTools,
): Promise<Explanation | 'unknown' | 'no-source'> => {
  const rejected = await findRejected(log, id, now());
  if (rejected === undefined) return 'unknown';
  const gate = open(rejected.source);
  return gate === undefined
    ? 'no-source'
    : await explainStored(rejected, await requestOf(rejected, objects), gate);
};

/** Explains one that was found, by its source as it is today. */
export const explainStored = async (
  rejected: StoredRejection,
  request: WebhookRequest,
  gate: SourceGate,
): Promise<Explanation> => {
  const { id, source, provider, receivedAt, reason } = rejected;
  const trace = await explainRequest({
    request,
    provider: gate.provider(true),
    settings: gate.source.settings,
    ...(await gate.givenSecrets()),
    online: true,
  });
  return {
    id,
    source,
    provider,
    receivedAt,
    reason,
    isAddressAllowed: gate.admits(rejected.sourceIp),
    isTakenBack: isTakenBack(rejected),
    trace,
  };
};
