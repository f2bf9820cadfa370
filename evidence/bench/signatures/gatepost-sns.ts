import type { SnsEnvelope } from '../../../lambdas/providers/shared/sns/envelope.ts';
import { verifySns } from '../../../lambdas/providers/shared/sns/signature.ts';
import { GENUINE, type Signed } from './signed.ts';

export const handler = async ({ body }: Signed) => {
  await verifySns(JSON.parse(body) as SnsEnvelope);
  return GENUINE;
};
