import * as v from 'valibot';

/**
 * The words that documented payloads are described in. They lean to the side of too much: every field may be missing or
 * null, an object may have undocumented fields. Types and JSON Schemas for consumers are made from them; at run
 * time nothing is validated against them: a delivery is never rejected for its shape.
 */

/** The names of shapes that are used in several places, for their JSON Schemas. */
export const shapeNames = new Map<v.GenericSchema, string>();

/** What may be missing or null. */
export const maybe = <Type extends v.GenericSchema>(type: Type) => v.nullish(type);

/** An object with at least these fields known. */
export const object = <Fields extends v.ObjectEntries>(fields: Fields) => maybe(v.looseObject(fields));

/** An object that is a thing of its own: a company, an address. */
export const thing = <Fields extends v.ObjectEntries>(name: string, fields: Fields) => {
  const type = v.looseObject(fields);
  shapeNames.set(type, name);
  return type;
};

export const list = <Type extends v.GenericSchema>(type: Type) => maybe(v.array(type));

export const text = maybe(v.string());
export const number = maybe(v.number());
/** An identifier, or anything else that is met as a string here and as a number there. */
export const id = maybe(v.union([v.string(), v.number()]));
/** Yes or no, which some write as 1 or 0. */
export const flag = maybe(v.union([v.boolean(), v.number()]));
/** Objects whose fields are not listed here. */
export const records = list(v.looseObject({}));
/** What is documented by name only, or in forms that don't agree. */
export const anything = v.optional(v.unknown());
