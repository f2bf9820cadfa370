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

/** In the logs of the ingest functions. What is no trouble, such as a handshake, has no metric. */
export const OUTCOMES: LogQuery = {
  title: 'Deliveries, by outcome',
  lines: [
    'filter ispresent(outcome)',
    'stats count(*) as deliveries by source, outcome',
    'sort deliveries desc',
    'limit 50',
  ],
};

/** In the logs of the ingest functions and of the function that keeps rejected deliveries. */
export const REASONS: LogQuery = {
  title: 'Rejected, failed and not kept, by reason',
  lines: [
    'filter outcome in ["rejected", "failed", "not-kept"]',
    'stats count(*) as requests, count(notKept) as notKept by source, outcome, reason',
    'sort requests desc',
    'limit 50',
  ],
};

/** In the log of fan-out. */
export const EVENTS: LogQuery = {
  title: 'Events, by outcome, with conflicts of ids',
  lines: [
    'filter outcome in ["routed", "duplicate", "empty", "failed"]',
    'stats count(*) as events, count(conflict) as conflicts by source, outcome, reason',
    'sort events desc',
    'limit 50',
  ],
};

/** In the logs of the ingest functions. */
export const ANSWER_TIMES: LogQuery = {
  title: 'Receipt to verdict and to answer, in ms',
  lines: [
    'filter ispresent(answerMs)',
    'stats pct(verifyMs, 50) as verifyP50, pct(verifyMs, 99) as verifyP99, pct(answerMs, 50) as answerP50, pct(answerMs, 99) as answerP99 by source',
    'sort answerP99 desc',
    'limit 50',
  ],
};

/** In the log of fan-out. */
export const LAGS: LogQuery = {
  title: "Receipt to the event's queue, in ms",
  lines: [
    'filter outcome in ["routed"]',
    'stats pct(lagMs, 50) as lagP50, pct(lagMs, 99) as lagP99, max(lagMs) as longest by source',
    'sort lagP99 desc',
    'limit 50',
  ],
};
