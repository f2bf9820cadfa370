import { createHmac, timingSafeEqual } from 'node:crypto';
import { floor } from './send.ts';

const key = Buffer.from((process.env.SECRET ?? '').slice('whsec_'.length), 'base64');

export const handler = floor((body, headers) => {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  return timingSafeEqual(
    createHmac('sha256', key).update(content).update(body).digest(),
    Buffer.from((headers['webhook-signature'] ?? '').slice('v1,'.length), 'base64'),
  );
});
