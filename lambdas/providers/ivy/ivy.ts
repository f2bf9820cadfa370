import type { Scheme } from '../../verification/scheme.ts';
import { type HmacKey, hmacMethod } from '../../verification/schemes/hmac.ts';
import { ENCODED_SECRET } from '../../verification/secret-rules.ts';
import { verify } from '../../verification/verify.ts';
import type { Provider } from '../provider.ts';
import { type IvyEnvelope, interpretIvy, ivyVerdict } from '../shared/ivy-envelope.ts';
import { ivyCatalogue } from './catalogue.ts';
import { ivyRetries } from './retries.ts';
import { type IvyOptions, type IvySettings, ivySettings } from './settings.ts';

const scheme = ({ secretEncoding }: IvySettings): Scheme<HmacKey> => ({
  proof: { at: ['header:x-ivy-signature'], prefix: '', encoding: 'hex', bytes: 32 },
  content: 'raw',
  method: hmacMethod('sha256', secretEncoding),
});

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
  scheme,

  authenticate: async (request, settings, secrets) => {
    await verify(request, scheme(settings), secrets);
    return ivyVerdict(request, 'test');
  },

  interpret: interpretIvy,
};
