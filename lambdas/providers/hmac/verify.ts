import { Rejection } from '../../core/rejection.ts';
import type { WebhookRequest } from '../../core/request.ts';
import { isAnyHmac } from '../shared/hmac-signature.ts';
import type { SecretCheck } from '../shared/secret-check.ts';
import { checkKey, decodeSecret, SECRET_FORMS } from '../shared/secret-key.ts';
import type { HmacSettings } from './settings.ts';
import { readSignatures } from './signatures.ts';
import { signedContent } from './signed-content.ts';

/**
 * Verifies a delivery's signature, but not its time.
 *
 * @returns the key that it was signed with.
 * @throws {Rejection} 401, or 503 if the secret can't be used.
 */
export const verifyHmac = async (
  request: WebhookRequest,
  settings: HmacSettings,
  secrets: SecretCheck,
): Promise<string | Buffer> => {
  const signatures = readSignatures(request.headers, settings);
  const content = signedContent(settings.signedContent, request, settings.url);
  let signedWith: string | Buffer | undefined;
  await checkKey(
    secrets,
    (secret) => decodeSecret(secret, settings.secretEncoding),
    SECRET_FORMS[settings.secretEncoding],
    (key) => {
      const passes = isAnyHmac(signatures, settings.algorithm, key, content);
      if (passes) signedWith = key;
      return passes;
    },
  );
  if (signedWith === undefined) throw new Rejection('signature-mismatch');
  return signedWith;
};
