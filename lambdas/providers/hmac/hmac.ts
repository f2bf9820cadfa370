import { HMAC_BYTES } from '../../verification/hmac.ts';
import { type HmacKey, hashMethod, hmacMethod, signText } from '../../verification/schemes/hmac.ts';
import { ENCODED_SECRET } from '../../verification/secret-rules.ts';
import { placesIn } from '../../verification/signed-content.ts';
import { genericProvider } from '../shared/generic.ts';
import { placesOf, proofOf, signingOf } from '../shared/scheme-settings.ts';
import { type HmacOptions, type HmacSettings, hmacSettings, signaturePlaces } from './settings.ts';

/** Any SaaS that signs with an HMAC, or with a hash over its secret. The settings say how it signs. */
export const hmac = genericProvider<HmacSettings, HmacOptions, HmacKey>({
  name: 'hmac',
  settings: hmacSettings,
  secret: ENCODED_SECRET,
  scheme: (settings) => {
    const { algorithm, encoding, secretEncoding, signedContent } = settings;
    const method = placesIn(signedContent).includes('secret') ? hashMethod : hmacMethod;
    return {
      proof: { ...proofOf(settings, signaturePlaces(settings)), encoding, bytes: HMAC_BYTES[algorithm] },
      method: method(algorithm, secretEncoding),
      ...signingOf(settings),
    };
  },
  places: placesOf,
  sign: ({ algorithm, encoding }, key, text) => signText(algorithm, encoding, key, text),
});
