import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Delivery, MAX_MESSAGE_BYTES } from '../../../lambdas/core/delivery.ts';
import { parseJson } from '../../../lambdas/core/json.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { groupOf } from '../../../lambdas/events/message-group.ts';
import * as messages from '../../../lambdas/fan-out/message.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { objectsInMemory } from '../support/objects.ts';
import { anyText, FOR_SQS, fullBody, PIECES } from '../support/text.ts';

const { uriOf } = objectsInMemory();
const toMessage = (event: GatepostEvent, delivery: Delivery) => messages.toMessage(event, delivery, uriOf);
const refusedMessage = (event: GatepostEvent, delivery: Delivery) =>
  messages.refusedMessage(event, delivery, uriOf);

const bodyOf = (message: ReturnType<typeof toMessage>) =>
  JSON.parse(message.entry.MessageBody ?? '') as GatepostEvent;

describe('an event becomes a message', () => {
  test('whose body is the event, and whose attributes repeat what consumers filter by', () => {
    const message = toMessage(anEvent(), aDelivery());
    expect(bodyOf(message)).toEqual(anEvent());
    expect(message.entry.MessageAttributes).toEqual({
      provider: { DataType: 'String', StringValue: 'altoviz' },
      entity: { DataType: 'String', StringValue: 'contact' },
      action: { DataType: 'String', StringValue: 'created' },
      type: { DataType: 'String', StringValue: 'altoviz.contact.created' },
    });
  });

  test('that SQS deduplicates by the event’s key and orders by its entity', () => {
    const { entry } = toMessage(anEvent(), aDelivery());
    expect(entry.MessageDeduplicationId).toBe(anEvent().id);
    expect(entry.MessageGroupId).toBe(groupOf(anEvent()));
    const later = toMessage(anEvent({ id: 'billing:key-2', action: 'deleted', data: null }), aDelivery());
    expect(later.entry.MessageGroupId).toBe(entry.MessageGroupId);
    const another = toMessage(anEvent({ subject: '8' }), aDelivery());
    expect(another.entry.MessageGroupId).not.toBe(entry.MessageGroupId);
  });

  test('with its numbers as they came', () => {
    const data = parseJson('{"amount":4.0000,"id":12345678901234567890}');
    expect(toMessage(anEvent({ data }), aDelivery()).entry.MessageBody).toContain(
      '"data":{"amount":4.0000,"id":12345678901234567890}',
    );
  });

  test('that SQS takes, whatever is in it, and of which we count what SQS counts', () => {
    fc.assert(
      fc.property(anyText(), anyText(), fc.jsonValue(), (subject, providertype, data) => {
        const { entry, bytes } = toMessage(anEvent({ subject, providertype, data }), aDelivery());
        expect(entry.MessageBody).toMatch(FOR_SQS);
        const attributes = Object.entries(entry.MessageAttributes ?? {}).flatMap(([name, value]) => [
          name,
          value.DataType ?? '',
          value.StringValue ?? '',
        ]);
        const counted = [entry.MessageBody ?? '', ...attributes].reduce(
          (sum, text) => sum + Buffer.byteLength(text),
          0,
        );
        // The name of its queue comes to it, of 80 characters at most.
        expect(bytes).toBe(counted + 'queueString'.length + 80);
      }),
    );
  });
});

/** In bytes. */
const TOO_LARGE = MAX_MESSAGE_BYTES + 200_000;

describe('an event that is too large for SQS', () => {
  const body = fullBody(['😀', '😁', '"'], 1, TOO_LARGE);
  const event = anEvent({ data: body });
  const message = toMessage(event, aDelivery({ body }));

  test('stays in its queue, and refers to an object with exactly its data', () => {
    const { data: _, ...envelope } = event;
    const dataref = uriOf(`data/billing/contact/${event.id}/${aDelivery().deliveryId}`);
    expect(bodyOf(message)).toEqual({ ...envelope, dataref });
    expect(message.entry.MessageAttributes).toMatchObject({ entity: { StringValue: 'contact' } });
    expect(message.object?.key).toBe(`data/billing/contact/${event.id}/${aDelivery().deliveryId}`);
    expect(message.object?.contentType).toBe('application/json');
    expect(JSON.parse(message.object?.bytes.toString() ?? '') === body).toBe(true);
  });

  test('has an object of its own, whatever another delivery says under the same key after the retention', () => {
    const later = toMessage(event, aDelivery({ body, deliveryId: 'another' }));
    expect(later.entry.MessageDeduplicationId).toBe(message.entry.MessageDeduplicationId);
    expect(later.object?.key).not.toBe(message.object?.key);
  });

  test('and says which event it is a replay of, where it is one', () => {
    const replayed = toMessage({ ...event, replayof: 'billing:before' }, aDelivery({ body }));
    expect(bodyOf(replayed).replayof).toBe('billing:before');
    expect(message.event).not.toHaveProperty('replayof');
  });

  test('under the same key, so that a retry sends nothing twice', () => {
    expect(message.entry.MessageDeduplicationId).toBe(event.id);
  });

  test('goes to unrecognized.fifo where its attributes alone are too large, its delivery’s body compressed', () => {
    const large = toMessage({ ...event, subject: body }, aDelivery({ body }));
    const { data_base64, ...sent } = bodyOf(large);
    expect(sent).toMatchObject({
      id: event.id,
      type: 'altoviz.unrecognized.received',
      datacontenttype: 'application/gzip',
      reason: 'too-large',
    });
    expect(gunzipSync(Buffer.from(data_base64 ?? '', 'base64')).toString() === body).toBe(true);
  });

  test('fits, whatever the body is made of', () => {
    const mixture = fc.tuple(fc.subarray(PIECES, { minLength: 1 }), fc.nat());
    fc.assert(
      fc.property(mixture, ([pieces, seed]) => {
        const body = fullBody(pieces, seed, TOO_LARGE);
        // The worst that an event can do: its payload and its entity's id are both the whole body.
        const { bytes } = toMessage(anEvent({ data: body, subject: body }), aDelivery({ body }));
        expect(bytes).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  test('one that just fits has its data itself', () => {
    const spare = MAX_MESSAGE_BYTES - toMessage(anEvent({ data: '' }), aDelivery()).bytes;
    const fits = toMessage(anEvent({ data: 'x'.repeat(spare) }), aDelivery());
    expect(fits.bytes).toBe(MAX_MESSAGE_BYTES);
    expect(fits.object).toBeUndefined();
    expect(toMessage(anEvent({ data: 'x'.repeat(spare + 1) }), aDelivery()).object).toBeDefined();
  });
});

describe('an event that SQS or DynamoDB refuses for good', () => {
  const body = '{"id":1,"name":"\ud800"}';

  test('goes to unrecognized.fifo under its key, its part of the delivery compressed', () => {
    const { data_base64, ...sent } = bodyOf(
      refusedMessage(anEvent({ replayof: 'billing:before' }), aDelivery({ body })),
    );
    expect(sent).toMatchObject({ id: anEvent().id, reason: 'refused', replayof: 'billing:before' });
    expect(gunzipSync(Buffer.from(data_base64 ?? '', 'base64'))).toEqual(Buffer.from(body));
  });

  test('with the bytes that came, where these are no text', () => {
    const bytes = Buffer.of(0x22, 0xff, 0x22);
    const delivery = aDelivery({ body: bytes.toString('base64'), bodyEncoding: 'base64' });
    const { data_base64 } = bodyOf(refusedMessage(anEvent(), delivery));
    expect(gunzipSync(Buffer.from(data_base64 ?? '', 'base64'))).toEqual(bytes);
  });

  test('has a form that SQS takes, whatever is in it', () => {
    fc.assert(
      fc.property(anyText(), anyText(), anyText(), (subject, providertype, text) => {
        const refused = refusedMessage(
          anEvent({ subject, providertype, data: text }),
          aDelivery({ body: text }),
        );
        expect(refused.entry.MessageBody).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
