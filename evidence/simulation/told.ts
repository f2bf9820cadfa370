import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import type { SourceName } from './schedule.ts';

/*
 * What a payload tells of itself. Each of the simulation says which event it is of, and which of its delivery, so that what
 * arrives is known by what it says, and not by what our code makes of it.
 */

/** The name of an event in a run: that of its step, and its number in the delivery. */
export const nameOf = (event: number, item = 0): string => `${event}/${item}`;

/** The names that a text tells, in its order. */
export const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(TOLD)].map(([, event, item = 0]) => nameOf(Number(event), Number(item)));

/** The first of them; undefined if it tells none. */
export const nameIn = (text: string): string | undefined => {
  const [, event, item = 0] = FIRST.exec(text) ?? [];
  return event === undefined ? undefined : nameOf(Number(event), Number(item));
};

const FIRST = /"event\\*":(\d+)(?:,\\*"item\\*":(\d+))?/;
const TOLD = new RegExp(FIRST, 'g');

/** Text of that many characters that can't be compressed to less than three quarters, the same for the same numbers. */
export const filling = (size: number, ...numbers: readonly number[]): string =>
  createHash('shake256', { outputLength: Math.ceil(size * 0.75) })
    .update(numbers.join())
    .digest('base64')
    .slice(0, size);

/** What an event has as its data, as JSON or as text; what is no text, in base64. */
export const contentOf = ({ data, data_base64, datacontenttype }: GatepostEvent): string => {
  if (data_base64 === undefined) return typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
  if (datacontenttype !== 'application/gzip') return data_base64;
  const bytes = gunzipSync(Buffer.from(data_base64, 'base64'));
  return textOf(bytes);
};

/** Bytes as text, or in base64 if they are none. */
export const textOf = (bytes: Buffer): string => {
  const text = bytes.toString();
  return text.includes('\ufffd') ? bytes.toString('base64') : text;
};

/** The name of an event with that content. */
export const nameInContent = (content: string): string | undefined =>
  nameIn(content) ?? nameIn(Buffer.from(content, 'base64').toString('latin1'));

/** The name that an event tells which arrived: in its data, or in the body of what was not understood. */
export const nameOfArrived = (event: GatepostEvent): string | undefined => nameInContent(contentOf(event));

/** All that an event may have as its data of a body that a provider signed: the body, a part of it, or a value in it. */
export const tellableIn = (body: string): readonly string[] => [body, ...objectsIn(body)];

/** The objects and lists in a JSON text, and in the texts in it, each as JSON. */
const objectsIn = (text: string): readonly string[] => {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith('{')) visit(parsed(value));
    if (typeof value !== 'object' || value === null) return;
    found.push(JSON.stringify(value));
    for (const each of Object.values(value)) visit(each);
  };
  visit(parsed(text));
  return found;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What of a body is signed, as it is stored: SNS signs fields, the others sign the bytes. */
export const signedPartOf = (source: SourceName, body: string): string => {
  if (source !== 'ivvy') return body;
  const { Type, MessageId, TopicArn, Subject, Message, Timestamp } = JSON.parse(body);
  return JSON.stringify({ Type, MessageId, TopicArn, Subject, Message, Timestamp });
};

/** The bodies of one event each that a body of several can be cut into. */
export const partsOf = (body: string): readonly string[] => {
  const whole = JSON.parse(body);
  return Array.isArray(whole)
    ? whole.map((item) => JSON.stringify([item]))
    : whole.events.map((item: unknown) => JSON.stringify({ ...whole, events: [item] }));
};
