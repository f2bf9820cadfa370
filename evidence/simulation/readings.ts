import type { MetricName } from '../../lambdas/runtime/metric-schema.ts';
import { type Answer, type History, lineOf, type Sent } from './history.ts';

/* What promises read in a history. */

/** What ingest made of a genuine delivery. */
export type OfEvent = Answer & { readonly request: Extract<Answer['request'], { readonly kind: 'event' }> };

export const isOfEvent = (answer: Answer): answer is OfEvent => answer.request.kind === 'event';

export const isAccepted = (answer: Answer): answer is OfEvent => isOfEvent(answer) && answer.status === 200;

/** When the event was claimed for the delivery that brought a copy. */
export const claimedAt = ({ key, deliveryId, at }: Sent, { claims }: History): number =>
  claims.findLast((one) => one.key === key && one.deliveryId === deliveryId && one.at < at)?.at ?? Number.NaN;

/** When the delivery was received that brought a copy. */
export const receivedOf = ({ deliveryId }: Sent, { stored }: History): number =>
  stored.find((one) => one.deliveryId === deliveryId)?.receivedAt ?? Number.NaN;

/** Whether the delivery that brought a copy had been refused at first. */
export const isTakenBack = ({ deliveryId }: Sent, { stored }: History): boolean =>
  stored.find((one) => one.deliveryId === deliveryId)?.retryOf !== undefined;

/** Whether a log line counts that. */
export const counts = (fields: Readonly<Record<string, unknown>>, metric: MetricName): boolean =>
  fields[metric] === 1;

export const causeIn = ({ lines }: Answer): string => JSON.stringify(lineOf(lines)?.fields.cause);

export const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
