import type { GatepostEvent } from '../lambdas/events/event.ts';
import { interpretDelivery } from '../lambdas/events/interpretation.ts';
import { ivvy } from '../lambdas/providers/ivvy/ivvy.ts';

/** The event that Gatepost makes of a shortened iVvy notification. */
export const exampleEvent = (): GatepostEvent => {
  const message = {
    TxnId: 'b898c04362bcbfe984f1867ce7db5599',
    Region: 'ap-southeast-2',
    Timestamp: 1_710_205_809,
    AccountId: '14',
    Subject: 'CompanyUpdated',
    Body: JSON.stringify({
      data: { id: 60_825, businessName: 'Test Company 124', phone: '07 5550 0100' },
      previousData: { businessName: 'Test Company 123' },
    }),
  };
  const { events } = interpretDelivery(ivvy, {
    deliveryId: '0b9fd6b6-3c1e-4d0c-9f3f-7a1f0b6a2f10',
    source: { name: 'ivvy', provider: 'ivvy', settings: { accountIds: ['14'] } },
    receivedAt: '2024-03-12T01:10:10.512Z',
    headers: {},
    path: {},
    body: JSON.stringify({
      Type: 'Notification',
      MessageId: '6f3c1e4d-0c9f-5f7a-8f0b-6a2f100b9fd6',
      TopicArn: 'arn:aws:sns:ap-southeast-2:123456789012:14-CompanyUpdated',
      Timestamp: '2024-03-12T01:10:09.871Z',
      Message: JSON.stringify(message),
    }),
  });
  const event = events[0]?.event;
  if (event?.entity !== 'company') throw new Error('the example is not understood');
  return event;
};
