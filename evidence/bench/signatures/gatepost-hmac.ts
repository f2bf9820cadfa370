import * as v from 'valibot';
import { hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { verifyHmac } from '../../../lambdas/providers/hmac/verify.ts';
import { GENUINE, type Signed, secrets, toRequest } from './signed.ts';

const settings = v.parse(hmacSettings, JSON.parse(process.env.SETTINGS ?? ''));

export const handler = async (signed: Signed) => {
  await verifyHmac(toRequest(signed), settings, secrets);
  return GENUINE;
};
