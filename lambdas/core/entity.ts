/** The entity, and thus the queue, of authentic deliveries that can't be interpreted. */
export const UNRECOGNIZED = 'unrecognized';
