import * as v from 'valibot';

/**
 * An object with values of a schema, and any keys. Valibot's own `record` accepts arrays, and drops the keys `constructor`
 * and `prototype`.
 */
export const recordOf = <Value extends v.GenericSchema>(value: Value) =>
  v.custom<Readonly<Record<string, v.InferInput<Value>>>>(
    (given) =>
      typeof given === 'object' &&
      given !== null &&
      !Array.isArray(given) &&
      Object.values(given).every((each) => v.is(value, each)),
  );
