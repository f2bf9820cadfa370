import { gunzipSync } from 'node:zlib';
import type { GatepostEvent } from '../../lambdas/events/event.ts';

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

/** The name that an event tells which arrived: in its data, or in the body of what was not understood. */
export const nameOfArrived = ({ data, data_base64, datacontenttype }: GatepostEvent): string | undefined => {
  if (data_base64 === undefined) return nameIn(JSON.stringify(data) ?? '');
  const bytes = Buffer.from(data_base64, 'base64');
  return nameIn((datacontenttype === 'application/gzip' ? gunzipSync(bytes) : bytes).toString('latin1'));
};
