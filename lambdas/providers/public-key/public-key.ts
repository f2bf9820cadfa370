import type { KeyObject } from 'node:crypto';
import { publicKeyMethod, readPublicKey } from '../../verification/schemes/public-key.ts';
import { genericProvider } from '../shared/generic.ts';
import { placesOf, proofOf, signingOf } from '../shared/scheme-settings.ts';
import { type PublicKeyOptions, type PublicKeySettings, publicKeySettings } from './settings.ts';

/** Any SaaS that signs with a private key: RSA, ECDSA or ed25519. The public key is a setting, so there is no secret. */
export const publicKey = genericProvider<PublicKeySettings, PublicKeyOptions, KeyObject>({
  name: 'public-key',
  settings: publicKeySettings,
  secret: undefined,
  scheme: (settings) => {
    const { signature, encoding, algorithm } = settings;
    return {
      proof: { ...proofOf(settings, [signature].flat()), encoding },
      method: publicKeyMethod(algorithm, keysOf(settings)),
      ...signingOf(settings),
    };
  },
  places: placesOf,
});

const keysOf = ({ publicKeys, algorithm }: PublicKeySettings): readonly KeyObject[] =>
  publicKeys.map((text) => readPublicKey(text, algorithm)).filter((key) => key !== undefined);
