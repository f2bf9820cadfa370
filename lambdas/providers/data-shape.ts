import * as z from 'zod/mini';

/**
 * The words that documented payloads are described in. They lean to the side of too much: every field may be missing or
 * null, an object may have fields that nobody documents. Types and JSON Schemas for consumers are made from them; at run
 * time nothing is held against them, because what a provider really sends is never turned away for its shape.
 */

/** The names of shapes that are used in several places, for their JSON Schemas. */
export const shapeNames: z.core.$ZodRegistry<{ readonly id: string }> = z.registry();

/** What may be missing or null. */
export const maybe = <Type extends z.ZodMiniType>(type: Type) => z.optional(z.nullable(type));

/** An object with at least these fields known. */
export const object = <Fields extends z.core.$ZodLooseShape>(fields: Fields) => maybe(z.looseObject(fields));

/** An object that is a thing of its own: a company, an address. */
export const thing = <Fields extends z.core.$ZodLooseShape>(name: string, fields: Fields) => {
  const type = z.looseObject(fields);
  shapeNames.add(type, { id: name });
  return type;
};

export const list = <Type extends z.ZodMiniType>(type: Type) => maybe(z.array(type));

export const text = maybe(z.string());
export const number = maybe(z.number());
/** An identifier, or anything else that is met as a string here and as a number there. */
export const id = maybe(z.union([z.string(), z.number()]));
/** Yes or no, which some write as 1 or 0. */
export const flag = maybe(z.union([z.boolean(), z.number()]));
/** Objects whose fields are not listed here. */
export const records = list(z.looseObject({}));
/** What is documented by name only, or in forms that don't agree. */
export const anything = z.optional(z.unknown());
