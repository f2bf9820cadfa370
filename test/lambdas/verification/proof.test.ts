import { expect, test } from '@jest/globals';
import { readProofs } from '../../../lambdas/verification/proof.ts';
import { standardWebhooksScheme } from '../../../lambdas/verification/schemes/standard-webhooks.ts';

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
  const headers = { 'webhook-signature': entries.join(' ') };
  const proofs = readProofs(standardWebhooksScheme(300).proof, { headers, body: null });
  expect(proofs.map(({ version, bytes }) => [version, bytes])).toEqual([
    ['v1', first],
    ['v1a', asymmetric],
    ['v1', second],
  ]);
});
