import { randomUUID } from 'node:crypto';
import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';
import { type SigningOptions, signedRequest } from './standard-webhooks.ts';

/**
 * Plays Augustus, the successor of Ivy: Ivy's envelope, signed with Standard Webhooks. A sample's payload is that of the body.
 *
 * @see https://github.com/getivy/typescript-sdk `src/resources/webhooks.ts`
 */
export const augustus = {
  provider: 'augustus',
  defaultEvent: 'payout.paid',
  handshakes: ['ping.test'],
  signsWith: 'secret',
  sign: ({ event, payload }: Sample, secret: string, options: SigningOptions = {}): SignedRequest => {
    const { now = new Date() } = options;
    const fields = {
      id: `evt_${randomUUID()}`,
      type: event,
      api_version: '2026-04-01',
      payload: payload === undefined ? ping(now) : parseKeepingDigits(payload),
      date: now.toISOString(),
    };
    return {
      ...signedRequest(JSON.stringify(fields), secret, options),
      id: fields.id,
      tamperWith: undefined,
    };
  },
} as const satisfies Sender;

/** @see https://docs.augustus.com/v1/webhooks */
const ping = (now: Date) => ({
  id: randomUUID(),
  type: 'ping',
  merchant_id: '5f0f6d1e-8a43-4d0c-9c0a-6f3f6f1f2b11',
  dispatched_at: now.toISOString(),
  message: 'This is a test event.',
});
