import { timingSafeEqual } from 'node:crypto';
import { floor } from './send.ts';

const expected = Buffer.from(`Basic ${Buffer.from(process.env.SECRET ?? '').toString('base64')}`);

export const handler = floor((_body, headers) =>
  timingSafeEqual(expected, Buffer.from(headers.authorization ?? '')),
);
