/* What lies where in the bucket. Its life cycle and the permissions of consumers go by these keys. */

/** The body of a delivery that is too large for a message, or of one of its events that is too large for the event log. */
export const bodyKey = (source: string, deliveryId: string, part?: number): string =>
  `${BODIES}${source}/${deliveryId}${part === undefined ? '' : `/${part}`}`;

/**
 * The `data` of an event that is too large for a message. By the delivery too: once the event log has forgotten an event,
 * another one may have its key, and an object never changes.
 */
export const dataKey = (source: string, entity: string, eventKey: string, deliveryId: string): string =>
  `${DATA}${source}/${entity}/${eventKey}/${deliveryId}`;

/** Matches the keys of an entity's events, of all sources. Neither a source's nor an event's key contains a slash. */
export const dataKeysOf = (entity: string): string => `${DATA}*/${entity}/*`;

/** The compressed body of a rejected request that is too large for the event log. */
export const rejectedBodyKey = (source: string, id: string): string => `${REJECTED_BODIES}${source}/${id}`;

export const BODIES = 'bodies/';
export const DATA = 'data/';
export const REJECTED_BODIES = 'rejected/';
