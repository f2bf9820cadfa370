import type { Edit } from './mutants/mutant.ts';

/*
 * Sizes are small here, so that a run with large bodies takes no longer than others: SQS takes a 64th of what it really
 * takes, and all limits of ours that follow from it are as much smaller. What surrounds a body, such as its source's
 * settings, is as large as ever, which makes it harder.
 */

/** What SQS takes in a message, and in a call, in bytes. Really 1 MiB. */
export const MAX_MESSAGE_BYTES = 16 * 1024;

/** The largest body that our code puts into an item, in bytes, compressed. */
const MAX_LOGGED_BYTES = 6_000;

/** What DynamoDB takes in an item, in bytes. What is in it beside a body takes about half of the difference here. */
export const MAX_ITEM_BYTES = MAX_LOGGED_BYTES + 4_000;

/** The largest body of a rejected delivery that is kept, in bytes, compressed: in base64 it fits into a message. */
const MAX_REJECTED_BYTES = 11_000;

/** How many rejected deliveries are kept of a source and a day, of each kind. Really 1,000. */
export const QUOTA = 8;

/** How the limits in our code become these. */
export const LIMITS: readonly Edit[] = [
  {
    file: 'lambdas/core/delivery.ts',
    from: 'export const MAX_MESSAGE_BYTES = 1024 * 1024;',
    to: `export const MAX_MESSAGE_BYTES = ${MAX_MESSAGE_BYTES};`,
  },
  {
    file: 'lambdas/event-log/claim.ts',
    from: 'const MAX_LOGGED_BYTES = 380_000;',
    to: `const MAX_LOGGED_BYTES = ${MAX_LOGGED_BYTES};`,
  },
  {
    file: 'lambdas/events/intake-parts.ts',
    from: 'const MAX_PARTS_CHARACTERS = 2 * 1024 * 1024;',
    to: `const MAX_PARTS_CHARACTERS = ${2 * MAX_MESSAGE_BYTES};`,
  },
  {
    file: 'lambdas/core/rejected-request.ts',
    from: 'export const MAX_KEPT_BYTES = 700_000;',
    to: `export const MAX_KEPT_BYTES = ${MAX_REJECTED_BYTES};`,
  },
  {
    file: 'lambdas/event-log/keep-rejected.ts',
    from: 'export const MAX_ITEM_BODY_BYTES = 370_000;',
    to: `export const MAX_ITEM_BODY_BYTES = ${MAX_LOGGED_BYTES};`,
  },
  {
    file: 'lambdas/event-log/rejected-quota.ts',
    from: 'export const QUOTA = 1_000;',
    to: `export const QUOTA = ${QUOTA};`,
  },
];
