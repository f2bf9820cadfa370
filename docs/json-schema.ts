import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { shapeNames } from '../lambdas/providers/shapes/data-shape.ts';

/**
 * The JSON Schema of the `data` of events of a type.
 *
 * @param title the provider's own name.
 * @see https://json-schema.org/draft/2020-12
 */
export const jsonSchema = (type: string, title: string, shape: v.GenericSchema) => {
  const definitions = new Map<v.GenericSchema, JsonSchema>();
  // A copy, because the shape itself may have a name, and named shapes become references.
  const { $schema, ...schema } = convert({ ...shape }, definitions);
  return {
    $schema,
    $id: `urn:gatepost:data:${type}`,
    title: `The data of ${type}`,
    description: `As ${title} documents it. Any field may be missing, and there may be others.`,
    ...schema,
    ...(definitions.size > 0 && {
      $defs: Object.fromEntries([...definitions].map(([named, one]) => [shapeNames.get(named), one])),
    }),
  };
};

/** @param definitions collects the named shapes in it, each once. */
const convert = (shape: v.GenericSchema, definitions: Map<v.GenericSchema, JsonSchema>): JsonSchema =>
  toJsonSchema(shape, {
    target: 'draft-2020-12',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const named = valibotSchema as v.GenericSchema;
      const name = shapeNames.get(named);
      if (name === undefined) return inShort(jsonSchema);
      if (!definitions.has(named)) {
        definitions.set(named, {});
        const { $schema, ...definition } = convert({ ...named }, definitions);
        definitions.set(named, definition);
      }
      return { $ref: `#/$defs/${name}` };
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
