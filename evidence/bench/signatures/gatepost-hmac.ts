import * as v from 'valibot';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { verify } from '../../../lambdas/verification/verify.ts';
import { GENUINE, type Signed, secrets, toRequest } from './signed.ts';

const settings = v.parse(hmacSettings, JSON.parse(process.env.SETTINGS ?? ''));

export const handler = async (signed: Signed) => {
  // The function makes the scheme for each delivery too.
  await verify(toRequest(signed), hmac.scheme(settings), secrets);
  return GENUINE;
};
