import * as v from 'valibot';

/**
 * An object with values of that kind, under whatever names. Valibot's own `record` takes a list for an object, and leaves
 * out what is called `constructor` or `prototype`: half of what was written would be worse than none.
 */
export const recordOf = <Value extends v.GenericSchema>(value: Value) =>
  v.custom<Readonly<Record<string, v.InferInput<Value>>>>(
    (given) =>
      typeof given === 'object' &&
      given !== null &&
      !Array.isArray(given) &&
      Object.values(given).every((each) => v.is(value, each)),
  );
