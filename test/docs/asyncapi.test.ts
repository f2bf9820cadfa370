import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exampleEvent } from '../../docs/example-event.ts';
import { ASYNCAPI, ENVELOPE, generatedFiles } from '../../docs/generated-files.ts';
import { SHIPPED_SOURCES } from '../../evidence/shipped-sources.ts';
import { parseEvent } from '../../lambdas/events/event.ts';
import { byName } from '../lib/read-template.ts';
import { synthesize } from '../lib/synthesize.ts';
import { type Json, own, shipped } from './support/asyncapi-documents.ts';

const files = generatedFiles();
const envelope: Json = JSON.parse(files.get(ENVELOPE) ?? '');

const messagesOf = (document: Json, queue: string): readonly string[] =>
  Object.keys(document.channels[queue].messages);

test('the shipped app has the queues of the document', () => {
  const template = synthesize({ sources: SHIPPED_SOURCES });
  const queues = byName(template, 'AWS::SQS::Queue');
  const channels: readonly Json[] = Object.values(shipped.channels);
  const received = [...queues].filter(
    ([name, { RedrivePolicy }]) => RedrivePolicy !== undefined && name !== 'gatepost-intake.fifo',
  );
  expect(channels.map(({ address }) => address).sort()).toEqual(received.map(([name]) => name).sort());
  for (const { address, bindings } of channels) {
    const { queue, deadLetterQueue } = bindings.sqs;
    const properties = queues.get(address);
    expect(queue).toEqual({
      name: address,
      fifoQueue: properties.FifoQueue,
      deduplicationScope: properties.DeduplicationScope,
      fifoThroughputLimit: properties.FifoThroughputLimit,
      messageRetentionPeriod: properties.MessageRetentionPeriod,
      visibilityTimeout: properties.VisibilityTimeout,
      redrivePolicy: {
        deadLetterQueue: { name: deadLetterQueue.name },
        maxReceiveCount: properties.RedrivePolicy.maxReceiveCount,
      },
    });
    expect(queues.has(deadLetterQueue.name)).toBe(true);
  }
});

test('a queue has the types of events that its consumer chooses, of those that its sources let in', () => {
  expect(Object.keys(own.channels)).toEqual([
    'audit_contact',
    'audit_invoice',
    'audit_issue',
    'billing',
    'crm',
    'unrecognized',
  ]);
  const contacts = ['altoviz.contact.created', 'altoviz.contact.deleted', 'altoviz.contact.updated'];
  expect(messagesOf(own, 'audit_contact')).toEqual([...contacts, 'unlisted']);
  expect(messagesOf(own, 'audit_issue')).toEqual(['github.issue.opened', 'unlisted']);
  expect(messagesOf(own, 'crm')).toEqual([...contacts, 'altoviz.invoice.created', 'unlisted']);
  // An action that no catalogue lists fits no pattern that names one.
  expect(messagesOf(own, 'billing')).toEqual(['altoviz.invoice.created']);
  expect(messagesOf(own, 'unrecognized')).toEqual(['unrecognized']);
  expect(own.channels.crm).toMatchObject({
    address: 'shop-crm.fifo',
    description: 'Events for the consumer crm: contact.*, altoviz.invoice.created.',
    bindings: { sqs: { deadLetterQueue: { name: 'shop-crm-dlq.fifo' } } },
  });
  expect(Object.keys(own.components.messages)).not.toContain('altoviz.invoice.updated');
});

describe('the schemas', () => {
  const STRICT = { strict: true, allowUnionTypes: true } as const;

  test('in docs/schemas compile strictly', () => {
    const ajv = new Ajv2020(STRICT);
    for (const [path, text] of files) {
      if (path.startsWith('schemas/')) expect(ajv.compile(JSON.parse(text))).toBeInstanceOf(Function);
    }
  });

  /** The payload of a message as a document of its own. */
  const payloadOf = (document: Json, type: string) => {
    const text = JSON.stringify({
      $defs: document.components.schemas,
      ...document.components.messages[type].payload,
    });
    return new Ajv2020(STRICT).compile(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  };

  test.each([
    ['the shipped app', shipped],
    ['another app', own],
  ])('of every message of %s compile strictly', (_, document) => {
    const types = Object.keys(document.components.messages);
    const text = JSON.stringify({
      $defs: document.components.schemas,
      anyOf: types.map((type) => document.components.messages[type].payload),
    });
    const all = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/'));
    expect(new Ajv2020(STRICT).compile(all)).toBeInstanceOf(Function);
  });

  test('accept an event, and none of another type', () => {
    const event: Json = exampleEvent();
    const validate = payloadOf(shipped, 'ivvy.company.updated');
    expect([validate(event), validate.errors]).toEqual([true, null]);
    expect(validate({ ...event, type: 'ivvy.company.created' })).toBe(false);
    expect(validate({ ...event, data: 'text' })).toBe(false);
    expect(payloadOf(shipped, 'unlisted')(event)).toBe(true);
  });

  test('of the envelope demand what parseEvent does', () => {
    const validate = new Ajv2020(STRICT).compile(envelope);
    const event: Json = exampleEvent();
    expect(validate(event)).toBe(true);
    expect(validate({ ...event, replayof: 1 })).toBe(false);
    for (const name of Object.keys(event)) {
      const { [name]: _, ...without } = event;
      const isRead = (() => {
        try {
          return parseEvent(JSON.stringify(without)) !== undefined;
        } catch {
          return false;
        }
      })();
      expect([name, validate(without)]).toEqual([name, isRead]);
    }
  });
});

test('the page for consumers has a link to the document', () => {
  expect(readFileSync('docs/consumers.md', 'utf8')).toContain(`(${ASYNCAPI})`);
});
