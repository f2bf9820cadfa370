import * as v from 'valibot';
import { UUID } from '../core/uuid.ts';

/** The most requests of one call. */
export const MAX_IDS = 25;

const NO_ID = 'an id is not the id of a rejected delivery';
const id = v.pipe(v.string(NO_ID), v.regex(UUID, NO_ID));
const ids = v.pipe(
  v.array(id, 'ids is not a list of ids'),
  v.minLength(1, 'ids is empty'),
  v.maxLength(MAX_IDS, `ids has more than ${MAX_IDS} ids`),
);
const NO_NAME = 'by is not the name of a caller';
/** As the caller says: an ARN. The caller is not to be trusted with it, and CloudTrail knows better. */
const by = v.pipe(v.string(NO_NAME), v.regex(/^[\x20-\x7e]{1,300}$/, NO_NAME));

/** Strict: a call names requests, and never brings any content. */
const call = v.variant(
  'op',
  [
    v.strictObject({ op: v.literal('check'), ids, by }),
    v.strictObject({ op: v.literal('retry'), ids, by }),
    v.strictObject({ op: v.literal('explain'), id, by }),
  ],
  'op is none of check, retry and explain',
);

/**
 * A call of the function that checks rejected requests again.
 *
 * - `check` says what would come of it, and changes nothing
 * - `retry` stores what is genuine
 * - `explain` says why one is refused
 */
export type RejectedCall = v.InferOutput<typeof call>;

/** An invalid call. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

/** @throws {CallError} for anything else. */
export const readRejectedCall = (event: unknown): RejectedCall => {
  const { success, output, issues } = v.safeParse(call, event);
  if (success) return output;
  throw new CallError(issues.map(({ message }) => message).join('; '));
};
