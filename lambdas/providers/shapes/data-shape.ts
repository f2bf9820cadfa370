import * as v from 'valibot';

/*
 * The building blocks of documented payloads. They are lenient: every field may be missing or null, and an object may have
 * undocumented fields. They give consumers types and JSON Schemas; no delivery is validated against them.
 */

/** Names for JSON Schemas. */
export const shapeNames = new Map<v.GenericSchema, string>();

export const maybe = <Type extends v.GenericSchema>(type: Type) => v.nullish(type);

export const object = <Fields extends v.ObjectEntries>(fields: Fields) => maybe(v.looseObject(fields));

/** An object with a name of its own: a company, an address. */
export const thing = <Fields extends v.ObjectEntries>(name: string, fields: Fields) => {
  const type = v.looseObject(fields);
  shapeNames.set(type, name);
  return type;
};

export const list = <Type extends v.GenericSchema>(type: Type) => maybe(v.array(type));

export const text = maybe(v.string());
export const number = maybe(v.number());
/** An identifier, or any other value that may be a string or a number. */
export const id = maybe(v.union([v.string(), v.number()]));
/** A boolean, or 1 or 0. */
export const flag = maybe(v.union([v.boolean(), v.number()]));
/** Objects whose fields are not described. */
export const records = list(v.looseObject({}));
/** Documented by name only, or inconsistently. */
export const anything = v.optional(v.unknown());
