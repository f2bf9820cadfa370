import { verify } from '@octokit/webhooks-methods';
import { SECRET, type Signed } from './signed.ts';

export const handler = async ({ headers, body }: Signed) => ({
  genuine: await verify(SECRET, body, headers['x-hub-signature-256'] ?? ''),
});
