import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { shapeNames } from '../../lambdas/providers/shapes/data-shape.ts';

/** The dialect of the files in docs/schemas. */
export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * The JSON Schema of the `data` of events of a type, as a document of its own.
 *
 * @param title the provider's own name.
 * @see https://json-schema.org/draft/2020-12
 */
export const jsonSchema = (type: string, title: string, shape: v.GenericSchema): JsonSchema => {
  const { schema, named } = dataSchema(type, title, shape, (name) => `#/$defs/${name}`);
  return {
    $schema: DIALECT,
    $id: `urn:gatepost:data:${type}`,
    ...schema,
    ...(named.size > 0 && { $defs: Object.fromEntries(named) }),
  };
};

/** A schema, and the ones with names that it refers to. */
export interface SchemaWithNamed {
  readonly schema: JsonSchema;
  readonly named: ReadonlyMap<string, JsonSchema>;
}

/**
 * The schema of the `data` of events of a type, as a part of another document.
 *
 * @param title the provider's own name.
 * @param refTo where a named schema is in that document.
 */
export const dataSchema = (
  type: string,
  title: string,
  shape: v.GenericSchema,
  refTo: (name: string) => string,
): SchemaWithNamed => {
  const named = new Map<v.GenericSchema, JsonSchema>();
  // A copy, because the shape itself may have a name, and named shapes become references.
  const { $schema: _, ...schema } = convert({ ...shape }, refTo, named);
  return {
    schema: {
      title: `The data of ${type}`,
      description: `As ${title} documents it. Any field may be missing, and there may be others.`,
      ...schema,
    },
    named: new Map([...named].map(([one, definition]) => [shapeNames.get(one) ?? '', definition])),
  };
};

/** @param named collects the named shapes in it, each once. */
const convert = (
  shape: v.GenericSchema,
  refTo: (name: string) => string,
  named: Map<v.GenericSchema, JsonSchema>,
): JsonSchema =>
  toJsonSchema(shape, {
    target: 'draft-2020-12',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const one = valibotSchema as v.GenericSchema;
      const name = shapeNames.get(one);
      if (name === undefined) return inShort(jsonSchema);
      if (!named.has(one)) {
        named.set(one, {});
        const { $schema: _, ...definition } = convert({ ...one }, refTo, named);
        named.set(one, definition);
      }
      return { $ref: refTo(name) };
    },
  });

/**
 * Writes `{ "type": ["object", "null"], … }` instead of `{ "anyOf": [{ "type": "object", … }, { "type": "null" }] }`, and
 * omits an empty list of required fields.
 */
const inShort = ({ required = [], ...schema }: JsonSchema): JsonSchema => {
  const choices = (schema.anyOf ?? []).filter((choice) => typeof choice === 'object');
  const withMore = choices.filter((choice) => Object.keys(choice).length > 1);
  if (choices.length === 0 || withMore.length > 1 || choices.some(({ type }) => type === undefined)) {
    return { ...schema, ...(required.length > 0 && { required }) };
  }
  return { ...withMore[0], type: choices.flatMap(({ type = [] }) => type) };
};
