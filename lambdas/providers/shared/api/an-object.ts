import * as v from 'valibot';

/** An object with unknown fields. Valibot's `record` accepts a list. */
export const anObject = v.custom<Readonly<Record<string, unknown>>>(
  (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
);
