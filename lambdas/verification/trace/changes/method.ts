import { KeyObject } from 'node:crypto';
import { HMAC_BYTES, type HmacAlgorithm } from '../../hmac.ts';
import type { Method, Scheme } from '../../scheme.ts';
import { hashMethod, hmacMethod } from '../../schemes/hmac.ts';
import { PUBLIC_KEY_ALGORITHMS, publicKeyMethod } from '../../schemes/public-key.ts';
import { tokenMethod } from '../../schemes/token.ts';
import { SECRET_ENCODINGS, type SecretEncoding } from '../../secret-key.ts';
import type { Change } from '../change.ts';

/** Other ways to make the proof, and other ways to read the key from the secret. */
export const methodChanges = ({ method }: Scheme): readonly Change[] => {
  const { form } = method;
  switch (form.kind) {
    case 'hmac':
    case 'hash':
      return [
        ...encodings(form.secretEncoding, (encoding) => of(form.kind, form.algorithm, encoding)),
        ...ALGORITHMS.filter((algorithm) => algorithm !== form.algorithm).map((algorithm) =>
          change(
            `algorithm-${algorithm}`,
            `It fits with ${algorithm} in place of ${form.algorithm}.`,
            of(form.kind, algorithm, form.secretEncoding),
            { algorithm },
            HMAC_BYTES[algorithm],
          ),
        ),
      ];
    case 'standard-webhooks':
      return encodings('whsec', (encoding) => of('hmac', 'sha256', encoding), false);
    case 'token': {
      const other = form.tokenForm === 'basic' ? 'plain' : 'basic';
      return [
        change(
          `token-${other}`,
          other === 'basic'
            ? 'It fits the base64 of the secret.'
            : 'It fits the secret itself, not its base64.',
          tokenMethod(other),
          { tokenForm: other },
        ),
      ];
    }
    case 'public-key':
      return publicKeyChanges(method, form.algorithm);
    case 'jwt':
      return [];
  }
};

const ALGORITHMS = Object.keys(HMAC_BYTES) as readonly HmacAlgorithm[];

const of = (kind: 'hmac' | 'hash', algorithm: HmacAlgorithm, encoding: SecretEncoding): Method =>
  (kind === 'hmac' ? hmacMethod : hashMethod)(algorithm, encoding);

const AS: Readonly<Record<SecretEncoding, string>> = {
  utf8: 'taken as text, not decoded',
  base64: 'decoded from base64',
  hex: 'decoded from hex',
  whsec: 'decoded from behind whsec_',
};

const encodings = (
  current: SecretEncoding,
  method: (encoding: SecretEncoding) => Method,
  isSetting = true,
): readonly Change[] =>
  SECRET_ENCODINGS.filter((encoding) => encoding !== current).map((encoding) =>
    change(
      `secret-as-${encoding === 'utf8' ? 'text' : encoding}`,
      `It fits the secret ${AS[encoding]}.`,
      method(encoding),
      isSetting ? { secretEncoding: encoding } : undefined,
    ),
  );

const change = (code: string, says: string, method: Method, set?: Change['set'], bytes?: number): Change => ({
  code,
  subject: 'method',
  says,
  ...(set !== undefined && { set }),
  apply: (attempt) => {
    const { scheme } = attempt;
    const proof = bytes === undefined ? scheme.proof : { ...scheme.proof, bytes };
    return { ...attempt, scheme: { ...scheme, method, proof } };
  },
});

/** The other algorithms of the same keys. */
const publicKeyChanges = (method: Method, current: string): readonly Change[] => {
  const keys = (method.publicKeys ?? []).filter((key) => key instanceof KeyObject);
  const family = current.slice(0, current.indexOf('-'));
  return PUBLIC_KEY_ALGORITHMS.filter((one) => one !== current && one.startsWith(`${family}-`)).map(
    (algorithm) =>
      change(
        `algorithm-${algorithm}`,
        `It fits with ${algorithm} in place of ${current}.`,
        publicKeyMethod(algorithm, keys),
        { algorithm },
      ),
  );
};
