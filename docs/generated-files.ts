import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelopeSchema } from '../cli/asyncapi/envelope-schema.ts';
import { jsonSchema } from '../cli/asyncapi/json-schema.ts';
import type { Documentation } from '../lambdas/providers/shapes/documentation.ts';
import { documented } from '../lambdas/providers/shapes/documented.ts';
import { eventsPage } from './events-page.ts';
import { writePrettyJson } from './pretty-json.ts';
import { shippedDocument } from './shipped-app.ts';

/** The folder of JSON Schemas. All of its content is generated. */
export const SCHEMAS = 'schemas';

/** The schema of an event without that of its data. */
export const ENVELOPE = `${SCHEMAS}/envelope.json`;

/** The AsyncAPI document of the app as it comes. */
export const ASYNCAPI = 'asyncapi.json';

/** The files in `docs/` that are generated from the catalogues, by their path in `docs/`. */
export const generatedFiles = (): ReadonlyMap<string, string> => {
  const files = new Map([
    ['events.md', eventsPage(documented)],
    [ASYNCAPI, writePrettyJson(shippedDocument(version()))],
    [ENVELOPE, writePrettyJson(envelopeSchema())],
  ]);
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

const version = (): string =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).version;

const schemaPath = (provider: string, meaning: string): string => `${SCHEMAS}/${provider}/${meaning}.json`;
