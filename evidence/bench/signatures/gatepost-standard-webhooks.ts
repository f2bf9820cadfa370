import { verifyStandardWebhook } from '../../../lambdas/providers/shared/standard-webhooks/verify.ts';
import { GENUINE, type Signed, secrets, toRequest } from './signed.ts';

export const handler = async (signed: Signed) => {
  await verifyStandardWebhook(toRequest(signed), { tolerance: 3_600 }, secrets);
  return GENUINE;
};
