import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RejectedRequest } from '../../../lambdas/core/rejected-request.ts';
import { RECEIVED_AT } from './deliveries.ts';

const DAY = 24 * 60 * 60;

/** A request that a source called `billing` refused. */
export const aRejected = (over: Partial<RejectedRequest> = {}, body = '{"a":1}'): RejectedRequest => ({
  id: randomUUID(),
  source: 'billing',
  provider: 'altoviz',
  receivedAt: RECEIVED_AT.toISOString(),
  reason: 'signature-mismatch',
  detail: 'signature-mismatch',
  isSigned: false,
  keep: 7 * DAY,
  method: 'POST',
  url: 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/billing',
  path: {},
  sourceIp: '203.0.113.7',
  headers: { 'x-signature': 'sha256=00' },
  hashed: [],
  bodyGzip: gzipSync(body).toString('base64'),
  ...over,
});
