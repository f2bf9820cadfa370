import type { JsonSchema } from '@valibot/to-json-schema';
import {
  type GatepostEvent,
  REQUIRED_ATTRIBUTES,
  type UnrecognizedReason,
} from '../../lambdas/events/event.ts';
import { DIALECT } from './json-schema.ts';

const REASONS: Readonly<Record<UnrecognizedReason, true>> = {
  'unknown-event': true,
  'not-understood': true,
  'no-queue': true,
  'too-many-events': true,
  refused: true,
  'too-large': true,
};

const text = (description: string): JsonSchema => ({ type: 'string', description });

const PROPERTIES: Readonly<Record<keyof GatepostEvent, JsonSchema>> = {
  specversion: { const: '1.0' },
  id: text('The event key: the same for every delivery of the event, and a new one for each replay.'),
  source: text('`/gatepost/<source>`, followed by the account of the provider if it names one.'),
  type: text('`<provider>.<entity>.<action>`.'),
  subject: text('The id of the entity, if the event has one.'),
  time: text('ISO 8601, UTC: the time of the event by the provider, or else the time of receipt.'),
  datacontenttype: text('`application/json`, or for an unrecognized delivery the type of its body.'),
  provider: text('The name of the provider.'),
  entity: text('What the event is about: `company`.'),
  action: text('`created`, `updated`, `deleted`, or the verb of the provider.'),
  providertype: text('The name that the provider has for the event.'),
  deliveryid: text('The id of the delivery that brought the event.'),
  receivedat: text('ISO 8601, UTC: the time of receipt.'),
  replayof: text('Only on a replayed event: the `id` of the original.'),
  reason: { enum: Object.keys(REASONS), description: 'Only in `unrecognized.fifo`: why it is there.' },
  data: { description: 'The payload of the provider, unchanged.' },
  data_base64: text('Replaces `data` of an unrecognized delivery, in base64.'),
  dataref: text(
    'Replaces `data` that is too large for a message: `s3://<bucket>/<key>`, an object with exactly that data.',
  ),
};

/** The schema of an event without that of its data, as a part of another document. */
export const envelope: JsonSchema = {
  title: 'An event',
  description:
    'A CloudEvent 1.0 in structured JSON. At most one of `data`, `data_base64` and `dataref` is there. A later version may have more attributes.',
  type: 'object',
  properties: PROPERTIES,
  required: ['specversion', ...REQUIRED_ATTRIBUTES],
};

/** The same as a document of its own. */
export const envelopeSchema = (): JsonSchema => ({
  $schema: DIALECT,
  $id: 'urn:gatepost:envelope',
  ...envelope,
});
