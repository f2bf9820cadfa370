import { digest } from '../core/digest.ts';
import type { GatepostEvent } from './event.ts';

/** Whether an event has this key, which may say that another event has the same id. */
export const isKeyOf = ({ id }: GatepostEvent, key: string): boolean =>
  key === id || key.startsWith(`${id}${OTHER}`);

/**
 * The next key for an event, if its own is that of another one: of one with the same id that says something else, or of one
 * without an id that said the same before. The same event always gets the same key.
 *
 * @param id the event's id, and `key` the one that another event has.
 * @param other what distinguishes them.
 */
export const nextKey = (id: string, key: string, other: string): string =>
  `${id}${OTHER}${digest(key, other).slice(0, 10)}`;

/** Separates an event's id from what distinguishes it from another one. */
const OTHER = '.';

export const replayKey = (key: string, replayId: string): string => `${key}~${replayId}`;
