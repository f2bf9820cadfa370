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

/** The data of the events in a body that a provider signed, each as JSON. */
export const dataIn = (source: SourceName, body: string): readonly string[] => {
  const whole = parsed(body);
  return listIn(source, whole).flatMap((data) => (data === undefined ? [] : [JSON.stringify(data)]));
};

const listIn = (source: SourceName, whole: Body): readonly unknown[] => {
  switch (source) {
    case 'ivvy':
      return [parsed(parsed(whole?.Message)?.Body)];
    case 'avaza':
      return Array.isArray(whole) ? whole : [];
    case 'hmac':
      return whole?.events ?? [];
    case 'altoviz':
      return [whole?.data];
    default:
      return [whole?.payload];
  }
};

/** What is read in bodies. */
type Body =
  | undefined
  | {
      readonly Message?: string;
      readonly Body?: string;
      readonly events?: readonly unknown[];
      readonly data?: unknown;
      readonly payload?: unknown;
    };

const parsed = (text = ''): Body => {
  try {
    return JSON.parse(text) as Body;
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
