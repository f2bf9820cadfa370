import { createHmac, randomUUID } from 'node:crypto';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/**
 * Plays GitHub, for an `hmac` source that is configured as `docs/providers.md` shows for GitHub. A sample's payload is the
 * whole body.
 *
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const hmac = {
  provider: 'hmac',
  defaultEvent: 'issues.opened',
  handshakes: ['ping'],
  signsWith: 'secret',
  sign: (
    { event, payload = '{"zen":"Keep it logically awesome."}' }: Sample,
    secret: string,
  ): SignedRequest => {
    const id = randomUUID();
    const body = Buffer.from(payload);
    return {
      id,
      path: '',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-delivery': id,
        // The rest of the event's name is the body's `action`.
        'x-github-event': event.split('.')[0] ?? event,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
      tamperWith: 'x-hub-signature-256',
    };
  },
} as const satisfies Sender;
