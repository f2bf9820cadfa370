/** The entity, and so the queue, of a delivery that is authentic but not understood. */
export const UNRECOGNIZED = 'unrecognized';
