import type { OwnAnswer } from '../gateway/gateway.ts';

/** An entry on the terminal and the page. */
export type Happening = Delivered | Arrived | Answered | Noted;

/** A request that a function answered. */
export interface Delivered {
  readonly kind: 'delivery';
  readonly at: Date;
  readonly source: string;
  readonly status: number;
  /** As the function logs it: `accepted`, `confirmed`, `rejected` … */
  readonly outcome: string;
  /** Why it was rejected. */
  readonly reason?: string;
  /** Of the first event. */
  readonly entity?: string;
  readonly action?: string;
  readonly deliveryId?: string;
  /** From receipt to answer, in ms. */
  readonly answerMs?: number;
}

/** An event that was sent to its queue, or that is a duplicate. */
export interface Arrived {
  readonly kind: 'event';
  readonly at: Date;
  readonly outcome: 'routed' | 'duplicate';
  readonly source: string;
  readonly type: string;
  readonly entity: string;
  readonly subject?: string;
  readonly key?: string;
  /** Why it is unrecognized. */
  readonly reason?: string;
  readonly deliveryId?: string;
}

/** A request that the gateway answered itself. */
export interface Answered extends OwnAnswer {
  readonly kind: 'answer';
}

/** Any other message. */
export interface Noted {
  readonly kind: 'note';
  readonly at: Date;
  readonly level: 'info' | 'warning' | 'error';
  /** A function, or the local stack. */
  readonly from: string;
  readonly text: string;
}

/**
 * Reads a line of a function; undefined for one that only counts, and for what says only that all is well with a rejected delivery.
 *
 * @param now the time of a line without a timestamp.
 */
export const readLine = (functionName: string, line: string, now: Date): Happening | undefined => {
  const fields = parseFields(line);
  if (fields === undefined) return { kind: 'note', at: now, level: 'error', from: functionName, text: line };
  if (fields.message === undefined && '_aws' in fields) return undefined;
  if (isRoutine(fields)) return undefined;
  const at = toDate(fields.timestamp, now);
  return arrived(fields, at) ?? delivered(fields, at) ?? noted(functionName, fields, at);
};

type Fields = Readonly<Record<string, unknown>>;

const parseFields = (line: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
};

/** The line of the rejection itself has the id, and whoever checks one is told what came of it. */
const isRoutine = ({ level, message, op, outcome }: Fields): boolean =>
  level === 'INFO' &&
  ((message === 'kept' && outcome === 'kept') || ['check', 'explain'].includes(String(op)));

const arrived = (fields: Fields, at: Date): Arrived | undefined => {
  const { outcome, source, type, entity } = fields;
  if ((outcome !== 'routed' && outcome !== 'duplicate') || !isString(type) || !isString(entity))
    return undefined;
  return {
    kind: 'event',
    at,
    outcome,
    source: isString(source) ? source : '',
    type,
    entity,
    ...strings(fields, ['subject', 'key', 'reason', 'deliveryId']),
  };
};

const delivered = (fields: Fields, at: Date): Delivered | undefined => {
  const { outcome, source, status = 200, answerMs } = fields;
  if (!isString(outcome) || !isString(source) || typeof answerMs !== 'number' || typeof status !== 'number')
    return undefined;
  return {
    kind: 'delivery',
    at,
    source,
    status,
    outcome,
    answerMs,
    ...strings(fields, ['reason', 'entity', 'action', 'deliveryId']),
  };
};

const noted = (functionName: string, fields: Fields, at: Date): Noted => {
  const { level, message, detail, cause } = fields;
  const words = [
    message,
    ofRejected(fields),
    detail,
    cause === undefined ? undefined : JSON.stringify(cause),
  ];
  return {
    kind: 'note',
    at,
    level: LEVELS[String(level)] ?? 'info',
    from: functionName,
    text: words.filter((word) => word !== undefined).join(': '),
  };
};

/** Which rejected delivery it is, and what came of it. */
const ofRejected = ({ rejectedId, notKept, outcome, reason, source, deliveryId }: Fields) => {
  if (rejectedId === undefined && notKept === undefined) return undefined;
  const parts =
    rejectedId === undefined ? [notKept, source, deliveryId] : [outcome, reason, source, rejectedId];
  return parts.filter(isString).join(', ');
};

const LEVELS: Readonly<Record<string, Noted['level']>> = {
  WARN: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
};

const isString = (value: unknown): value is string => typeof value === 'string';

const strings = <Name extends string>(fields: Fields, names: readonly Name[]): { [N in Name]?: string } =>
  Object.fromEntries(names.filter((name) => isString(fields[name])).map((name) => [name, fields[name]])) as {
    [N in Name]?: string;
  };

const toDate = (value: unknown, now: Date): Date => {
  const date = new Date(isString(value) ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? now : date;
};
