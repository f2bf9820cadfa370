import type { Documentation } from '../lambdas/providers/shapes/documentation.ts';
import { documented } from '../lambdas/providers/shapes/documented.ts';
import { eventsPage } from './events-page.ts';
import { jsonSchema } from './json-schema.ts';
import { writePrettyJson } from './pretty-json.ts';

/** The folder of JSON Schemas. All of its content is generated. */
export const SCHEMAS = 'schemas';

/** The files in `docs/` that are generated from the catalogues, by their path in `docs/`. */
export const generatedFiles = (): ReadonlyMap<string, string> => {
  const files = new Map([['events.md', eventsPage(documented)]]);
  for (const [provider, { title, data }] of Object.entries<Documentation>(documented)) {
    for (const [meaning, shape] of Object.entries(data)) {
      files.set(
        schemaPath(provider, meaning),
        writePrettyJson(jsonSchema(`${provider}.${meaning}`, title, shape)),
      );
    }
  }
  return files;
};

const schemaPath = (provider: string, meaning: string): string => `${SCHEMAS}/${provider}/${meaning}.json`;
