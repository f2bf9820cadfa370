import type { SecretChange } from '../change.ts';

/** None where the secret stays as it is. */
type MakeChange = (code: string, changed: string, says: string) => readonly SecretChange[];

const atItsEnd = (what: string): string =>
  `It fits the secret with ${what} at its end: enter the secret at the sender again, without it.`;

const STORE = 'Store the secret again in that form: gatepost secret <source>.';

interface StoredSecret {
  readonly secret: string;
  /** Whether it is sent along, and may be a part of Basic authentication. */
  readonly isToken: boolean;
}

/** What a secret may be instead of what is stored. */
export const secretChanges = ({ secret, isToken }: StoredSecret): readonly SecretChange[] => {
  const change: MakeChange = (code, changed, says) =>
    changed === secret
      ? []
      : [
          {
            code,
            subject: 'secret',
            says,
            to: changed,
            apply: (attempt) => ({ ...attempt, secret: changed }),
          },
        ];
  const bare = secret.replace(/^[a-z]{2,12}_/i, '');
  return [
    change('secret-trimmed', secret.trim(), `It fits the secret without the white space around it. ${STORE}`),
    change('secret-with-line-break', `${secret}\n`, atItsEnd('a line break')),
    change('secret-with-crlf', `${secret}\r\n`, atItsEnd('CRLF')),
    change('secret-with-blank', `${secret} `, atItsEnd('a blank')),
    change(
      'secret-without-prefix',
      bare,
      `It fits the secret without ${/^(?:whsec|whpk)_/.exec(secret)?.[0] ?? 'what stands before its first _'}. ${STORE}`,
    ),
    change(
      'secret-unquoted',
      secret.replace(/^(["'])(.*)\1$/s, '$2'),
      `It fits the secret without the quotes around it. ${STORE}`,
    ),
    change('secret-with-whsec', `whsec_${secret}`, `It fits the secret with whsec_ before it. ${STORE}`),
    change(
      'secret-unescaped',
      unescaped(secret),
      `It fits the secret with its percent escapes decoded. ${STORE}`,
    ),
    ...(isToken ? userParts(secret, change) : []),
  ].flat();
};

/** Basic authentication sends a user's name and a password. */
const userParts = (secret: string, change: MakeChange): readonly SecretChange[] => {
  const colon = secret.indexOf(':');
  return colon === -1
    ? [
        ...change(
          'secret-as-user',
          `${secret}:`,
          `It fits the secret as the user's name, with a colon after it. ${STORE}`,
        ),
        ...change(
          'secret-as-password',
          `:${secret}`,
          `It fits the secret as the password, with a colon before it. ${STORE}`,
        ),
      ]
    : change(
        'secret-without-user',
        secret.slice(colon + 1),
        `It fits the secret without the user's name and the colon. ${STORE}`,
      );
};

const unescaped = (secret: string): string => {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
};
