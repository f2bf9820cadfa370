/** Queries for Logs Insights; the runbook has more of them. */
export interface LogQuery {
  readonly title: string;
  readonly lines: readonly string[];
}

/** In the logs of the ingest functions. */
export const LAST_DELIVERIES: LogQuery = {
  title: 'Last deliveries',
  lines: [
    'fields @timestamp, source, outcome, entity, action, answerMs, deliveryId, key',
    'filter outcome in ["accepted", "confirmed", "unsubscribed", "test"]',
    'sort @timestamp desc',
    'limit 25',
  ],
};

/** In the logs of the ingest functions. */
export const LAST_REJECTIONS: LogQuery = {
  title: 'Last rejections and failures, with reasons',
  lines: [
    'fields @timestamp, source, status, reason, detail, cause.name',
    'filter outcome in ["rejected", "failed"]',
    'sort @timestamp desc',
    'limit 25',
  ],
};

/** In the log of fan-out. */
export const LAST_EVENTS: LogQuery = {
  title: 'Last events',
  lines: [
    'fields @timestamp, outcome, type, subject, reason, lagMs, deliveryId',
    'filter outcome in ["routed", "duplicate", "failed"]',
    'sort @timestamp desc',
    'limit 25',
  ],
};
