// Where a handshake's answer comes from: a place in the delivery, or `hmac:` and a place, whose value the answer has signed.

const SIGNED = 'hmac:';

/** Whether the value at a place is signed before it is answered: `hmac:body:payload.plainToken`. */
export const isToBeSigned = (place: string): boolean => place.startsWith(SIGNED);

/** The place itself: `body:payload.plainToken`. */
export const unsigned = (place: string): string => (isToBeSigned(place) ? place.slice(SIGNED.length) : place);
