import type { styleText } from 'node:util';
import type { Answered, Arrived, Delivered, Happening, Noted } from './happening.ts';

type Format = Parameters<typeof styleText>[0];

/** The format of lines on this terminal. */
export interface Look {
  /** Colours a text where the terminal supports it. */
  style(format: Format, text: string): string;
  /** The time of day, `12:03:41`. */
  clock(date: Date): string;
  /** The width of the source column. */
  readonly sourceWidth: number;
}

/** A happening as one line in columns: time, source, status, event, details. */
export const describe = (happening: Happening, look: Look): string => {
  switch (happening.kind) {
    case 'delivery':
      return describeDelivery(happening, look);
    case 'event':
      return describeEvent(happening, look);
    case 'answer':
      return describeAnswer(happening, look);
    case 'note':
      return describeNote(happening, look);
  }
};

const WHAT_WIDTH = 30;
const SUBJECT_WIDTH = 14;

const describeDelivery = (delivery: Delivered, look: Look): string => {
  const { at, source, status, outcome, reason, entity, action, answerMs, deliveryId } = delivery;
  // A refused delivery has an id if it is kept.
  const isKept = status >= 400 && deliveryId !== undefined;
  return row(look, at, source, [String(status), formatOf(status)], reason ?? outcome, [
    answerMs === undefined ? '' : `${answerMs} ms`,
    entity !== undefined ? `${entity} ${action}` : isKept ? `kept as ${deliveryId}` : '',
  ]);
};

const describeEvent = (event: Arrived, look: Look): string => {
  const { at, source, outcome, type, entity, subject = '', reason } = event;
  if (outcome === 'duplicate')
    return row(look, at, source, ['=', 'dim'], type, [subject, 'duplicate: not sent again']);
  return row(look, at, source, ['→', 'cyan'], type, [
    subject,
    `${entity}.fifo${reason === undefined ? '' : ` (${reason})`}`,
  ]);
};

const describeAnswer = ({ at, method, path, status, message }: Answered, look: Look): string =>
  row(look, at, '', [String(status), formatOf(status)], message, ['', `${method} ${path}`]);

const describeNote = ({ at, level, from, text }: Noted, { clock, style }: Look): string => {
  const format = level === 'error' ? 'red' : level === 'warning' ? 'yellow' : 'dim';
  return `${style('dim', clock(at))}  ${style(format, `${printable(from)}: ${printable(text, 500)}`)}`;
};

const row = (
  { clock, style, sourceWidth }: Look,
  at: Date,
  source: string,
  [mark, format]: readonly [string, Format],
  what: string,
  rest: readonly string[],
): string => {
  const [first = '', ...others] = rest.map((cell) => printable(cell));
  return [
    style('dim', clock(at)),
    printable(source).padEnd(sourceWidth),
    style(format, mark.padStart(3)),
    printable(what).padEnd(WHAT_WIDTH),
    first.padEnd(SUBJECT_WIDTH),
    ...others,
  ]
    .join('  ')
    .trimEnd();
};

const formatOf = (status: number): Format => (status < 400 ? 'green' : status < 500 ? 'yellow' : 'red');

/** Names and ids are untrusted: control characters and line breaks must not reach the terminal. */
const printable = (text: string, maxLength = 80): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '·');
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1)}…`;
};
