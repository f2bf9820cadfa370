import type { Delivery } from '../../../lambdas/core/delivery.ts';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';

/** When everything in these tests is received. */
export const RECEIVED_AT = new Date('2024-03-11T00:01:00.000Z');

/** A POST with that body; the rest is as unremarkable as can be. */
export const aRequest = (
  body: string | Buffer = '{}',
  { headers = {}, ...rest }: Partial<Omit<WebhookRequest, 'body'>> = {},
): WebhookRequest => ({
  body: Buffer.from(body),
  headers,
  path: {},
  sourceIp: '203.0.113.7',
  method: 'POST',
  url: 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/billing',
  receivedAt: RECEIVED_AT,
  ...rest,
});

/** A delivery of a source called `billing`. */
export const aDelivery = (over: Partial<Delivery> = {}): Delivery => ({
  deliveryId: '6b0f8a0e-3f0a-4b53-9a55-3f6a4b5d1c11',
  source: { name: 'billing', provider: 'altoviz', settings: { rotationGrace: 604_800 } },
  receivedAt: RECEIVED_AT.toISOString(),
  headers: {},
  path: {},
  body: '{"id":"evt_1","type":"ContactCreated","data":{"id":132738}}',
  ...over,
});

/** An event of that delivery. */
export const anEvent = (over: Partial<GatepostEvent> = {}): GatepostEvent => ({
  specversion: '1.0',
  id: 'billing:key-1',
  source: '/gatepost/billing',
  type: 'altoviz.contact.created',
  subject: '132738',
  time: RECEIVED_AT.toISOString(),
  datacontenttype: 'application/json',
  provider: 'altoviz',
  entity: 'contact',
  action: 'created',
  providertype: 'ContactCreated',
  deliveryid: aDelivery().deliveryId,
  receivedat: RECEIVED_AT.toISOString(),
  data: { id: 132738 },
  ...over,
});
