import * as z from 'zod/mini';
import { shapeNames } from '../lambdas/providers/data-shape.ts';

/**
 * The JSON Schema of the `data` of events of a type.
 *
 * @param title what the provider calls itself.
 * @see https://json-schema.org/draft/2020-12
 */
export const jsonSchema = (type: string, title: string, shape: z.ZodMiniType) => {
  // A copy, because the shape itself may have a name, and what has a name is referred to.
  const { $schema, ...schema } = z.toJSONSchema(z.clone(shape, shape._zod.def), {
    metadata: shapeNames,
    override: ({ jsonSchema }) => orNull(jsonSchema),
  });
  return {
    $schema,
    $id: `urn:gatepost:data:${type}`,
    title: `The data of ${type}`,
    description: `As ${title} documents it. Any field may be missing, and there may be others.`,
    ...schema,
  };
};

/** Says `{ "type": ["object", "null"], … }` instead of `{ "anyOf": [{ "type": "object", … }, { "type": "null" }] }`. */
const orNull = (schema: z.core.JSONSchema.BaseSchema): void => {
  const [what, nothing, ...others] = schema.anyOf ?? [];
  if (what?.type === undefined || nothing?.type !== 'null' || others.length > 0) return;
  delete schema.anyOf;
  Object.assign(schema, { ...what, type: [what.type, 'null'].flat() });
};
