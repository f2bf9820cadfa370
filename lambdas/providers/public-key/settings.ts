import * as v from 'valibot';
import {
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
  readPublicKey,
} from '../../verification/schemes/public-key.ts';
import { handshakeFaults, placeFaults, placeSettings } from '../shared/place-settings.ts';
import { settingsWith, when } from '../shared/settings-with.ts';
import { proofPlaces, signedFaults, signedSettings } from '../shared/signed-settings.ts';

const SHOULD_BE_ALGORITHM = `must be one of ${PUBLIC_KEY_ALGORITHMS.map((one) => `"${one}"`).join(', ')}`;
const SHOULD_BE_KEY =
  'must be a list of public keys of that algorithm: PEM, base64 of DER, or the 32 bytes of ed25519 in hex or base64';

/** The settings of a source of any SaaS that signs with a private key, and publishes the public one. */
export const publicKeySettings = settingsWith(
  {
    ...placeSettings,
    ...signedSettings,

    /** The place of the signature, or several places: `header:x-signature-ed25519`. */
    signature: proofPlaces,

    /**
     * How it is signed. `rsa-sha256` is PKCS #1 v1.5, `ecdsa-sha256` is on the key's own curve in DER, and `…-p1363` has the
     * two numbers one after the other.
     */
    algorithm: v.custom<PublicKeyAlgorithm>(
      (text) => PUBLIC_KEY_ALGORITHMS.some((one) => one === text),
      SHOULD_BE_ALGORITHM,
    ),

    /** The encoding of the signature. Default: `base64`. */
    encoding: v.optional(v.picklist(['hex', 'base64'], 'must be "hex" or "base64"'), 'base64'),

    /** The sender's public keys; several while it rotates. */
    publicKeys: v.pipe(v.array(v.string(SHOULD_BE_KEY), SHOULD_BE_KEY), v.minLength(1, SHOULD_BE_KEY)),
  },
  (settings) => [
    ...placeFaults(settings),
    ...handshakeFaults(settings, false),
    ...signedFaults(settings, [settings.signature].flat()),
    ...when(
      settings.publicKeys.some((text) => readPublicKey(text, settings.algorithm) === undefined),
      'publicKeys',
      SHOULD_BE_KEY,
    ),
    ...when(
      settings.signedContent.includes('{secret}'),
      'signedContent',
      'must not have {secret} in it: there is none',
    ),
  ],
);

export type PublicKeyOptions = v.InferInput<typeof publicKeySettings>;
export type PublicKeySettings = v.InferOutput<typeof publicKeySettings>;
