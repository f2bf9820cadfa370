import type { Delivery } from '../delivery.ts';
import { describeError } from '../describe-error.ts';
import { type GatepostEvent, UNRECOGNIZED } from '../event.ts';
import { UNREADABLE_SOURCE } from '../metric-schema.ts';
import { emit, logger } from '../observe.ts';
import type { Intake, Routing } from './route.ts';

/** Logs a line an event and a line a failed message, and counts by source. */
export const report = (batch: readonly Intake[], { routed, duplicates, failed }: Routing): void => {
  const now = Date.now();
  const lags = new Map(batch.map(({ delivery }) => [delivery.deliveryId, now - acceptedAt(delivery)]));
  const describe = (event: GatepostEvent) => ({ ...facts(event), lagMs: lags.get(event.deliveryid) });
  for (const event of routed) logger.info('routed', { outcome: 'routed', ...describe(event) });
  for (const event of duplicates) logger.info('duplicate', { outcome: 'duplicate', ...describe(event) });
  for (const { messageId, delivery, events } of batch) {
    if (events.length > 0 || failed.has(messageId)) continue;
    logger.info('empty', { outcome: 'empty', source: delivery.source.name, deliveryId: delivery.deliveryId });
  }
  for (const [messageId, error] of failed) {
    const delivery = batch.find((intake) => intake.messageId === messageId)?.delivery;
    const { deliveryId, source } = delivery ?? {};
    logger.error('failed', {
      outcome: 'failed',
      messageId,
      ...(delivery !== undefined && { source: source?.name, deliveryId }),
      cause: describeError(error),
    });
  }

  for (const [source, intakes] of Map.groupBy(batch, ({ delivery }) => delivery.source.name)) {
    const mine = new Set(intakes.map(({ delivery }) => delivery.deliveryId));
    const sent = routed.filter(({ deliveryid }) => mine.has(deliveryid));
    emit(
      { source },
      {
        Routed: sent.length,
        Duplicate: duplicates.filter(({ deliveryid }) => mine.has(deliveryid)).length,
        Unrecognized: sent.filter(({ entity }) => entity === UNRECOGNIZED).length,
        Empty: intakes.filter(({ events }) => events.length === 0).length,
        FanOutFailed: intakes.filter(({ messageId }) => failed.has(messageId)).length,
        FanOutLagMs: sent.map(({ deliveryid }) => lags.get(deliveryid) as number),
      },
    );
  }
  const known = new Set(batch.map(({ messageId }) => messageId));
  const unreadable = [...failed.keys()].filter((messageId) => !known.has(messageId));
  if (unreadable.length > 0) emit({ source: UNREADABLE_SOURCE }, { FanOutFailed: unreadable.length });
};

/** When it came into the intake queue, in ms: what is sent again has not been waiting since it was received. */
const acceptedAt = ({ receivedAt, replay }: Delivery): number => Date.parse(replay?.at ?? receivedAt);

const facts = (event: GatepostEvent) => ({
  source: event.source.split('/')[2],
  deliveryId: event.deliveryid,
  key: event.id,
  replayOf: event.replayof,
  type: event.type,
  entity: event.entity,
  action: event.action,
  subject: event.subject,
  reason: event.reason,
});
