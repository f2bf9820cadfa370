import { expect, test } from '@jest/globals';
import { payloadOf } from '../../../lambdas/console/payload.ts';
import type { StoredEvent } from '../../../lambdas/event-log/find-event.ts';
import { interpretDelivery } from '../../../lambdas/events/interpretation.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import { aDelivery } from '../support/deliveries.ts';

const SOURCE = { name: 'billing', provider: 'altoviz', settings: { rotationGrace: 0 } };

const stored = (body: string | undefined): StoredEvent => {
  const delivery = aDelivery({ source: SOURCE, body: body ?? '' });
  const event = interpretDelivery(altoviz, delivery).events[0]?.event;
  return {
    key: event?.id ?? '',
    at: delivery.receivedAt,
    deliveryId: delivery.deliveryId,
    receivedAt: delivery.receivedAt,
    source: SOURCE.name,
    provider: 'altoviz',
    entity: event?.entity ?? '',
    action: event?.action ?? '',
    type: event?.type ?? '',
    duplicates: 0,
    replays: 0,
    delivery,
    ...(body === undefined ? { bodyOmitted: '400000 bytes are too many' } : { body }),
    expiresAt: new Date(0),
  };
};

test('is what the consumer gets, indented and digit for digit', () => {
  const body = '{"id":"1","type":"QuoteCreated","data":{"id":12345678901234567890,"price":4.0000}}';
  expect(payloadOf(stored(body))).toEqual({
    text: '{\n  "id": 12345678901234567890,\n  "price": 4.0000\n}',
  });
});

test('of a delivery that nobody understood is its body, without the URL that ends the subscription', () => {
  const body = '{"Type":"Notification","UnsubscribeURL" : "https://sns.example/?a=\\"b","Message":"<b>"}';
  expect(payloadOf(stored(body))).toEqual({
    text: '{"Type":"Notification","UnsubscribeURL" : "(left out)","Message":"<b>"}',
  });
});

test('of a provider that is none any more is the body of the delivery', () => {
  const event = stored('{"id":"1"}');
  const gone = { ...event, delivery: { ...event.delivery, source: { ...SOURCE, provider: 'gone' } } };
  expect(payloadOf(gone)).toEqual({ text: '{"id":"1"}' });
});

test('that the log has no room for is missing, and it says so', () => {
  expect(payloadOf(stored(undefined))).toEqual({
    missing: "The log doesn't have it: 400000 bytes are too many.",
  });
});
