import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider } from '../provider.ts';
import { isHmac } from '../shared/hmac-signature.ts';
import { type IvyEnvelope, interpretIvy, ivyVerdict } from '../shared/ivy-envelope.ts';
import { checkKey, decodeSecret, SECRET_FORMS } from '../shared/secret-key.ts';
import { ENCODED_SECRET } from '../shared/secret-rules.ts';
import { ivyCatalogue } from './catalogue.ts';
import { ivyRetries } from './retries.ts';
import { type IvyOptions, type IvySettings, ivySettings } from './settings.ts';

/**
 * Ivy, before it became Augustus: payments. HMAC-SHA256 of the raw body in `X-Ivy-Signature`, in lower-case hex. Ivy's
 * example hashes the re-serialized body, but its plug-ins hash the raw bytes, which is correct.
 *
 * @see https://docs.getivy.de/webhook-getting-started/authentication
 */
export const ivy: Provider<IvySettings, IvyOptions, IvyEnvelope> = {
  name: 'ivy',
  settings: ivySettings,
  secret: { fault: ENCODED_SECRET.fault },
  retries: ivyRetries,
  catalogue: () => ivyCatalogue,

  authenticate: async (request, { secretEncoding }, secrets) => {
    const header = request.headers['x-ivy-signature'];
    if (header === undefined || header === '') throw new Rejection('signature-missing');
    if (!/^[0-9a-f]{64}$/.test(header)) throw new Rejection('signature-malformed');
    const signature = Buffer.from(header, 'hex');
    const genuine = await checkKey(
      secrets,
      (secret) => decodeSecret(secret, secretEncoding),
      SECRET_FORMS[secretEncoding],
      (key) => isHmac(signature, 'sha256', key, request.body),
    );
    if (!genuine) throw new Rejection('signature-mismatch');
    return ivyVerdict(bodyText(request), 'test');
  },

  interpret: interpretIvy,
};
