import { standardWebhooksScheme } from '../../../lambdas/verification/schemes/standard-webhooks.ts';
import { verify } from '../../../lambdas/verification/verify.ts';
import { GENUINE, type Signed, secrets, toRequest } from './signed.ts';

const scheme = standardWebhooksScheme(3_600);

export const handler = async (signed: Signed) => {
  await verify(toRequest(signed), scheme, secrets);
  return GENUINE;
};
