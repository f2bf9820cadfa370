import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import fc from 'fast-check';
import * as v from 'valibot';
import { valueAt } from '../../../lambdas/core/body-shape.ts';
import { type JsonValue, writeJson } from '../../../lambdas/core/json.ts';
import {
  type DataOf,
  EventError,
  type GatepostEvent,
  isEvent,
  type KnownEvent,
  type KnownType,
  parseEvent,
} from '../../../lambdas/events/event.ts';
import { interpretDelivery, unrecognized } from '../../../lambdas/events/interpretation.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import type { Documentation } from '../../../lambdas/providers/shapes/documentation.ts';
import { documented } from '../../../lambdas/providers/shapes/documented.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { anyText } from '../support/text.ts';

const ATTRIBUTES = {
  required: [
    'id',
    'source',
    'type',
    'time',
    'datacontenttype',
    'provider',
    'entity',
    'action',
    'deliveryid',
    'receivedat',
  ],
  optional: ['subject', 'providertype', 'replayof', 'reason', 'data_base64'],
} as const;

/** The event, or what is thrown instead. */
const outcomeOf = (body: string) => {
  try {
    return parseEvent(body);
  } catch (error) {
    return error;
  }
};

describe('parseEvent', () => {
  test('reads what fan-out writes', () => {
    expect(parseEvent(writeJson(anEvent()))).toEqual(anEvent());
    expect(parseEvent(writeJson(unrecognized(aDelivery(), 'altoviz')))).toEqual(
      unrecognized(aDelivery(), 'altoviz'),
    );
  });

  test('takes any payload, and none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        expect(parseEvent(JSON.stringify({ ...anEvent(), data })).data).toEqual(
          JSON.parse(JSON.stringify(data)),
        );
      }),
    );
    const { data: _, ...rest } = anEvent();
    expect(parseEvent(JSON.stringify({ ...rest, data_base64: 'H4sI' }))).toEqual({
      ...rest,
      data_base64: 'H4sI',
    });
  });

  test('takes attributes that a later Gatepost may add', () => {
    expect(parseEvent(JSON.stringify({ ...anEvent(), traceparent: '00-…' }))).toMatchObject(anEvent());
  });

  test.each(ATTRIBUTES.required)('names %s where that is missing or no string', (name) => {
    const { [name]: _, ...rest } = anEvent();
    expect(() => parseEvent(JSON.stringify(rest))).toThrow(
      new EventError(`${name} is missing or not a string`),
    );
    expect(() => parseEvent(JSON.stringify({ ...rest, [name]: 7 }))).toThrow(EventError);
  });

  test.each(ATTRIBUTES.optional)('takes an event without %s, but not with one that is no string', (name) => {
    const { [name]: _, ...rest } = anEvent();
    expect(parseEvent(JSON.stringify(rest))).toEqual(rest);
    expect(() => parseEvent(JSON.stringify({ ...rest, [name]: null }))).toThrow(
      new EventError(`${name} is not a string`),
    );
  });

  test.each([
    ['nothing', '', 'the body is not JSON'],
    ['no JSON', '{"specversion":"1.0",', 'the body is not JSON'],
    ['a list', '[]', 'the body is not a JSON object'],
    ['null', 'null', 'the body is not a JSON object'],
    ['a text', '"{}"', 'the body is not a JSON object'],
    ['a number', '5', 'the body is not a JSON object'],
    [
      'another version of CloudEvents',
      JSON.stringify({ ...anEvent(), specversion: '0.3' }),
      'specversion is not "1.0"',
    ],
    ['a message of S3', '{"Records":[]}', 'specversion is not "1.0"'],
  ])('says what is wrong with %s', (_, body, message) => {
    expect(() => parseEvent(body)).toThrow(new EventError(message));
  });

  test('gives an event or throws its own error, whatever the body is', () => {
    const almost = fc
      .tuple(fc.constantFrom('specversion', ...ATTRIBUTES.required, ...ATTRIBUTES.optional), fc.jsonValue())
      .map(([name, value]) => JSON.stringify({ ...anEvent(), [name]: value }));
    const deep = fc.constantFrom('['.repeat(200_000), '{"a":'.repeat(200_000));
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json(), almost, deep), (body) => {
        const outcome = outcomeOf(body);
        if (outcome instanceof EventError) return;
        const event = outcome as Readonly<Record<string, unknown>>;
        expect(event.specversion).toBe('1.0');
        for (const name of ATTRIBUTES.required) expect(typeof event[name]).toBe('string');
      }),
    );
  });

  test('never quotes the payload in its error', () => {
    const error = outcomeOf('IBAN DE02120300000000202051') as EventError;
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('DE02');
    expect(error.name).toBe('EventError');
  });
});

describe('the types', () => {
  const company: GatepostEvent = anEvent({
    type: 'ivvy.company.updated',
    data: { data: { id: 60825, businessName: 'New' }, previousData: { businessName: 'Old' } },
  });

  test('tell what data is once isEvent has told the type', () => {
    if (!isEvent(company, 'ivvy.company.created', 'ivvy.company.updated'))
      throw new Error('it is one of them');
    const name: string | null | undefined = company.data.data?.businessName;
    const id: string | number | null | undefined = company.data.data?.id;
    // @ts-expect-error the name is text
    const notNumber: number | null | undefined = company.data.data?.businessName;
    expect([name, id, notNumber]).toEqual(['New', 60825, 'New']);
    expect(isEvent(company, 'ivvy.company.deleted')).toBe(false);
  });

  test('keep data unknown until then', () => {
    // @ts-expect-error nobody knows yet what it is
    const read = () => company.data.data;
    expect(read()).toBeDefined();
  });

  test('know the types of the catalogues, and no others', () => {
    const known: readonly KnownType[] = [
      'ivvy.booking.moved',
      'avaza.timesheet.created',
      'ivy.refund.succeeded',
    ];
    // @ts-expect-error iVvy has no such event; one that isn't listed is no known type
    const unlisted: KnownType = 'ivvy.company.merged';
    // @ts-expect-error the entity is a contact of Altoviz, which has no bookings
    expect(isEvent(company, 'altoviz.booking.created')).toBe(false);
    expect(known).not.toContain(unlisted);
  });

  test('are taken apart by a switch', () => {
    const idOf = (event: KnownEvent): unknown => {
      switch (event.type) {
        case 'ivvy.company.deleted':
          return event.data.companyId;
        case 'altoviz.contact.created':
          // @ts-expect-error a contact of Altoviz has its fields at once, not in another `data`
          return event.data.data?.id ?? event.data.id;
        default:
          return event.subject;
      }
    };
    expect(idOf({ ...anEvent(), type: 'altoviz.contact.created', data: { id: 7 } })).toBe(7);
  });

  test('leave undocumented payloads unknown', () => {
    const isUnknown = <Type extends string>(_: unknown extends DataOf<Type> ? Type : never) => true;
    expect(isUnknown<'altoviz.contact.deleted'>('altoviz.contact.deleted')).toBe(true);
    expect(isUnknown<'github.issue.opened'>('github.issue.opened')).toBe(true);
    // @ts-expect-error this one is documented
    expect(isUnknown<'ivvy.company.created'>('ivvy.company.created')).toBe(true);
  });
});

test('a consumer that imports event.ts gets no other code', async () => {
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, '../../../lambdas/events/event.ts')],
    bundle: true,
    format: 'esm',
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).map((path) => path.replace(/.*lambdas\//, ''))).toEqual([
    'events/event.ts',
  ]);
});

const SAMPLES = join(import.meta.dirname, '../../../senders/samples');

const inEnvelope = (event: string, sample: string): string =>
  `{"id":"evt_1","type":"${event}","date":"2026-04-02T09:30:00.000Z","payload":${sample}}`;

/** What stands around the sample of an event, by provider. `local/samples/README.md` says what a sample is. */
const AROUND: Readonly<Record<keyof typeof documented, (event: string, sample: string) => string>> = {
  ivvy: (Subject, Body) =>
    JSON.stringify({
      Timestamp: '2024-03-11T00:00:45.569Z',
      Message: JSON.stringify({ TxnId: '1', AccountId: '14', Subject, Timestamp: 1, Body }),
    }),
  ivy: inEnvelope,
  augustus: inEnvelope,
  altoviz: (_, sample) => sample,
  avaza: (_, sample) => `[${sample}]`,
};

const PROVIDERS = Object.keys(documented) as (keyof typeof documented)[];

describe.each(PROVIDERS)('the samples of %s', (provider) => {
  const documentation: Documentation = documented[provider];
  const names = async () =>
    (await readdir(join(SAMPLES, provider)))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .filter((name) => Object.hasOwn(documentation.catalogue, name));

  const eventsOf = async (name: string) => {
    const sample = await readFile(join(SAMPLES, provider, `${name}.json`), 'utf8');
    const settings = provider === 'ivvy' ? { accountIds: ['14'] } : {};
    return interpretDelivery(
      providerNamed(provider),
      aDelivery({
        source: { name: provider, provider, settings },
        path: { event: name },
        body: AROUND[provider](name, sample),
      }),
    ).events;
  };

  test('come out as events that consumers read and that have the documented shape', async () => {
    const checked: string[] = [];
    for (const name of await names()) {
      for (const { event } of await eventsOf(name)) {
        const read = parseEvent(writeJson(event));
        expect(read.type).toBe(`${provider}.${documentation.catalogue[name]}`);
        const shape: v.GenericSchema | undefined = documentation.data[`${read.entity}.${read.action}`];
        expect([name, shape && v.safeParse(shape, read.data).issues]).toEqual([name, undefined]);
        checked.push(name);
      }
    }
    expect(checked).toEqual(await names());
    expect(checked).not.toEqual([]);
  });

  test('have their id where the docs say', async () => {
    for (const name of await names()) {
      for (const { event } of await eventsOf(name)) {
        const { data } = parseEvent(writeJson(event));
        const id = documentation
          .entityIds(event.entity)
          .map((path) => valueAt(data as JsonValue, path.split('.')))
          .find((found) => found !== undefined);
        expect([name, event.subject]).toEqual([name, id === undefined ? undefined : String(id)]);
      }
    }
  });

  test('would not have just any shape', () => {
    for (const shape of Object.values<v.GenericSchema>(documentation.data)) {
      for (const wrong of ['text', 7, true, null]) expect(v.is(shape, wrong)).toBe(false);
      expect(v.is(shape, { somethingNew: [1], id: null })).toBe(true);
      expect(v.is(shape, {})).toBe(true);
    }
  });
});
