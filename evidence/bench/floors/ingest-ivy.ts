import { createHmac, timingSafeEqual } from 'node:crypto';
import { floor } from './send.ts';

const secret = process.env.SECRET ?? '';

export const handler = floor((body, headers) =>
  timingSafeEqual(
    createHmac('sha256', secret).update(body).digest(),
    Buffer.from(headers['x-ivy-signature'] ?? '', 'hex'),
  ),
);
