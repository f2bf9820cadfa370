import { digest } from '../../core/digest.ts';
import { identifier, isJsonObject } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider } from '../provider.ts';
import { identifierField, ownField, parseObject, stringField } from '../shared/body-shape.ts';
import { isHmac, readSignature } from '../shared/hmac-signature.ts';
import { PLAIN_SECRET } from '../shared/secret-rules.ts';
import { altovizCatalogue } from './catalogue.ts';
import { type AltovizOptions, type AltovizSettings, altovizSettings } from './settings.ts';

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
  catalogue: () => altovizCatalogue,

  authenticate: async (request, { signatureEncoding }, secrets) => {
    const header = request.headers['x-signature']?.trim();
    if (header === undefined || header === '') throw new Rejection('signature-missing');
    const signature = readSignature(header.replace(/^sha256=/, ''), SHA256_BYTES);
    if (signature === undefined) throw new Rejection('signature-malformed');
    if (signatureEncoding !== undefined && signature.encoding !== signatureEncoding) {
      throw new Rejection('signature-malformed', `the signature is written in ${signature.encoding}`);
    }
    const genuine = await secrets((secret) => isHmac(signature.bytes, 'sha256', secret, request.body));
    if (!genuine) throw new Rejection('signature-mismatch');

    const parsed = readEvent(bodyText(request));
    return { outcome: 'accepted', parsed, findings: { signatureEncoding: signature.encoding } };
  },

  interpret: ({ body }, _settings, parsed = readEvent(body)) => {
    const { id, name, data } = parsed;
    return [
      {
        name,
        // `id` is documented as the webhook's, but differs by event in captured deliveries: the body is included too.
        identity: [id, name, digest(body)],
        entityId: isJsonObject(data) ? identifier(ownField(data, 'id')) : undefined,
        data,
      },
    ];
  },
};

const SHA256_BYTES = 32;

/** @throws {Rejection} 400 if the body is not `{ id, type, data }`. */
const readEvent = (text: string) => {
  const body = parseObject(text);
  const data = ownField(body, 'data');
  if (data === undefined) throw new Rejection('body-shape', 'data is missing');
  return { id: identifierField(body, 'id'), name: stringField(body, 'type'), data };
};
