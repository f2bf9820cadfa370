import * as v from 'valibot';

/** An object with unknown fields. Valibot's own `record` takes a list for one. */
export const anObject = v.custom<Readonly<Record<string, unknown>>>(
  (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
);
