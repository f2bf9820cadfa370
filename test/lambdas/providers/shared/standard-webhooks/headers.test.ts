import { expect, test } from '@jest/globals';
import { readSigningHeaders } from '../../../../../lambdas/providers/shared/standard-webhooks/headers.ts';

test('signatures are kept apart by their version, and those of versions to come say nothing', () => {
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const asymmetric = Buffer.alloc(64, 3);
  const entries = [
    'v2,of-which-nothing-is-known',
    `v1,${first.toString('base64')}`,
    `v1a,${asymmetric.toString('base64')}`,
    'v10b,of-which-nothing-is-known',
    `v1,${second.toString('base64')}`,
  ];
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1614265330',
    'webhook-signature': entries.join(' '),
  };
  expect(readSigningHeaders(headers, 'webhook-')).toEqual({
    id: 'msg_1',
    timestamp: '1614265330',
    symmetric: [first, second],
    asymmetric: [asymmetric],
  });
});
