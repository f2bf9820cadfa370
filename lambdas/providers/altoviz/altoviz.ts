import { identifierField, ownField, parseObject, stringField } from '../../core/body-shape.ts';
import { digest } from '../../core/digest.ts';
import { identifier, isJsonObject } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Scheme } from '../../verification/scheme.ts';
import { type HmacKey, hmacMethod } from '../../verification/schemes/hmac.ts';
import { PLAIN_SECRET } from '../../verification/secret-rules.ts';
import { verify } from '../../verification/verify.ts';
import type { Provider } from '../provider.ts';
import { understood } from '../shared/understood.ts';
import { altovizCatalogue } from './catalogue.ts';
import { type AltovizOptions, type AltovizSettings, altovizSettings } from './settings.ts';

const SCHEME: Scheme<HmacKey> = {
  proof: { at: ['header:x-signature'], prefix: 'sha256=', encoding: 'any', bytes: 32 },
  content: 'raw',
  method: hmacMethod('sha256', 'utf8'),
};

/**
 * Altoviz: invoicing. HMAC-SHA256 of the raw body in `X-Signature`, in an undocumented encoding.
 *
 * @see https://developer.altoviz.com/docs/webhooks
 */
export const altoviz: Provider<AltovizSettings, AltovizOptions, ReturnType<typeof readEvent>> = {
  name: 'altoviz',
  settings: altovizSettings,
  secret: PLAIN_SECRET,
  retries: undefined,
  repeatWindow: ({ repeatWindow }) => repeatWindow,
  catalogue: () => altovizCatalogue,
  scheme: () => SCHEME,

  authenticate: async (request, settings, secrets) => {
    const { proofs } = await verify(request, SCHEME, secrets);
    const signatureEncoding = proofs.map(({ encoding }) => encoding).join();
    if (settings.signatureEncoding !== undefined && signatureEncoding !== settings.signatureEncoding) {
      throw new Rejection('signature-malformed', `the signature is written in ${signatureEncoding}`, {
        isSigned: true,
      });
    }
    const parsed = understood(() => readEvent(bodyText(request)));
    return { outcome: 'accepted', parsed, findings: { signatureEncoding } };
  },

  interpret: ({ body }, _settings, parsed = readEvent(body)) => {
    const { id, name, data } = parsed;
    return [
      {
        name,
        // `id` is documented as the webhook's, but differs by event in captured deliveries: so the body is the identity.
        identity: [id, name, digest(body)],
        isContentId: true,
        entityId: isJsonObject(data) ? identifier(ownField(data, 'id')) : undefined,
        data,
      },
    ];
  },
};

/** @throws {Rejection} 400 if the body is not `{ id, type, data }`. */
const readEvent = (text: string) => {
  const body = parseObject(text);
  const data = ownField(body, 'data');
  if (data === undefined) throw new Rejection('body-shape', 'data is missing');
  return { id: identifierField(body, 'id'), name: stringField(body, 'type'), data };
};
