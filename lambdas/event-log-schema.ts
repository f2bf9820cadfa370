/**
 * The names that the table and the code which writes to it must agree on: where they differ, nothing fails and nothing
 * expires. All other attributes are the code's own business.
 */

/** The event log's partition key, a string: the event key. */
export const PARTITION_KEY = 'key';

/** When an event is forgotten, in seconds since 1970. DynamoDB removes the item some time after. */
export const TTL_ATTRIBUTE = 'expiresAt';
