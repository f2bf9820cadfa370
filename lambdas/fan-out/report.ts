import { brief } from '../core/brief.ts';
import type { Delivery } from '../core/delivery.ts';
import type { GatepostEvent } from '../events/event.ts';
import { describeError } from '../runtime/describe-error.ts';
import { UNREADABLE_SOURCE } from '../runtime/metric-schema.ts';
import { logLine, print } from '../runtime/observe.ts';
import { OutOfTime } from './deadline.ts';
import type { Routing } from './route.ts';
import type { ReceivedDelivery } from './step.ts';

/** Logs one line per event and failed message. The line of a failure counts it. */
export const report = (batch: readonly ReceivedDelivery[], routing: Routing): void => {
  const now = Date.now();
  const lags = new Map(batch.map(({ delivery }) => [delivery.deliveryId, now - acceptedAt(delivery)]));
  print(logLines(batch, routing, lags));
};

/** Receipt to now in ms, by the delivery's id. */
type Lags = ReadonlyMap<string, number>;

const logLines = (
  batch: readonly ReceivedDelivery[],
  { routed, sentTo, duplicates, conflicts, causes, failed }: Routing,
  lags: Lags,
): readonly string[] => {
  const conflicting = new Set(conflicts);
  const describe = (outcome: string) => (event: GatepostEvent) =>
    logLine('INFO', outcome, {
      outcome,
      ...facts(event),
      ...(conflicting.has(event) && { conflict: true }),
      sentTo: sentTo.get(event),
      lagMs: lags.get(event.deliveryid),
      ...(causes.has(event) && { cause: describeError(causes.get(event)) }),
    });
  const empty = batch.filter(({ messageId, events }) => events.length === 0 && !failed.has(messageId));
  return [
    ...routed.map(describe('routed')),
    ...duplicates.map(describe('duplicate')),
    ...empty.map(({ delivery: { source, deliveryId } }) =>
      logLine('INFO', 'empty', { outcome: 'empty', source: source.name, deliveryId }),
    ),
    ...[...failed].map(([messageId, error]) => failedLine(batch, messageId, error)),
  ];
};

const failedLine = (batch: readonly ReceivedDelivery[], messageId: string, error: unknown): string => {
  const delivery = batch.find((intake) => intake.messageId === messageId)?.delivery;
  const facts = {
    messageId,
    source: delivery?.source.name ?? UNREADABLE_SOURCE,
    ...(delivery !== undefined && { deliveryId: delivery.deliveryId }),
  };
  // A delivery that needs another invocation is no fault.
  if (error instanceof OutOfTime) return logLine('INFO', 'unfinished', { outcome: 'unfinished', ...facts });
  const failure = { outcome: 'failed', ...facts, cause: describeError(error) };
  return logLine('ERROR', 'failed', failure, { FanOutFailed: 1 });
};

/** When the delivery entered the intake queue: on its receipt, on its replay, or when it was taken back. */
const acceptedAt = ({ receivedAt, replay, retry }: Delivery): number =>
  Date.parse(replay?.at ?? retry?.at ?? receivedAt);

const facts = (event: GatepostEvent) => ({
  source: event.source.split('/')[2],
  deliveryId: event.deliveryid,
  key: event.id,
  replayOf: event.replayof,
  type: event.type,
  entity: event.entity,
  action: event.action,
  ...(event.subject !== undefined && { subject: brief(event.subject) }),
  reason: event.reason,
});
