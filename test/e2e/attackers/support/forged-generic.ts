import { createHmac, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { signSns, snsHandshake, snsNotification, snsRequest } from '../../../../senders/sns.ts';
import { BANK_KEY, BOT_KEY, STRANGE_KEY, TOPIC } from '../../support/declared-sources.ts';
import { type AttackersPost, type Keys, secretOf } from './attacked-stack.ts';
import { BODIES } from './forged-bodies.ts';
import { type Forgery, forgeriesFor, type Genuine, type Row } from './forgery.ts';

// The generic providers that sign with a key, send a token or a secret along, or are a topic of SNS.

/** Each with an id of its own: the intake queue drops what it has seen. */
let count = 0;
const newBody = (): string =>
  JSON.stringify({ id: `evt-${Date.now()}-${count++}`, type: 'contact.created', data: { id: 'c1' } });
const now = (): number => Math.floor(Date.now() / 1000);

const TOKEN = 'token';
const withSecret = (value: string | readonly string[], body = newBody()): AttackersPost => ({
  headers: { 'x-gitlab-token': value },
  body,
});

const TOKEN_ROWS: readonly Row[] = [
  ...(
    [
      ['another secret', 'x'],
      ['a prefix of the secret', secretOf(TOKEN).slice(0, -1)],
      ['the secret and a letter', `${secretOf(TOKEN)}x`],
      ['the secret in another case', secretOf(TOKEN).toUpperCase()],
      ['a hash of the secret', hash('sha256', secretOf(TOKEN))],
      ['the secret in base64', Buffer.from(secretOf(TOKEN)).toString('base64')],
      ['Bearer and the secret', `Bearer ${secretOf(TOKEN)}`],
      ["another source's secret", secretOf('meta')],
      ['the secret twice', [secretOf(TOKEN), secretOf(TOKEN)]],
      ['the secret with an accent', `${secretOf(TOKEN)}\u0301`],
      ['the word undefined', 'undefined'],
    ] as const
  ).map(([title, value]): Row => [title, () => withSecret(value), 401, 'signature-mismatch']),
  ['no secret', () => ({ body: newBody() }), 401, 'signature-missing'],
  ['an empty secret', () => withSecret(''), 401, 'signature-missing'],
  [
    'the secret in the query',
    () => ({ body: newBody(), path: `?x-gitlab-token=${encodeURIComponent(secretOf(TOKEN))}` }),
    401,
    'signature-missing',
  ],
];

const BOT = 'public-key';
const botAt = (time: number, { body = newBody(), key = BOT_KEY.privateKey as KeyObject } = {}) => ({
  headers: {
    'x-signature-timestamp': String(time),
    'x-signature-ed25519': sign(null, Buffer.from(time + body), key).toString('hex'),
  },
  body,
});
const botWith = (headers: Readonly<Record<string, string | readonly string[]>>): AttackersPost => {
  const request = botAt(now());
  return { ...request, headers: { ...request.headers, ...headers } };
};
const botSignature = (change: (hex: string) => string | readonly string[]): AttackersPost => {
  const { headers, body } = botAt(now());
  return { headers: { ...headers, 'x-signature-ed25519': change(headers['x-signature-ed25519']) }, body };
};

/** The order of the group, in little endian: S and S + L would be two signatures, if a verifier took both. */
const L = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');
const plusOrder = (hex: string): string => {
  const bytes = Buffer.from(hex, 'hex');
  let carry = 0;
  for (const [index, byte] of L.entries()) {
    const sum = (bytes[32 + index] ?? 0) + byte + carry;
    bytes[32 + index] = sum & 0xff;
    carry = sum >> 8;
  }
  return bytes.toString('hex');
};

const BOT_ROWS: readonly Row[] = [
  ['by another key', () => botAt(now(), { key: STRANGE_KEY.privateKey }), 401, 'signature-mismatch'],
  ["by another source's key", () => botAt(now(), { key: BANK_KEY.privateKey }), 401, 'signature-mismatch'],
  ['six minutes old', () => botAt(now() - 360), 403, 'stale'],
  ['for in six minutes', () => botAt(now() + 360), 403, 'future'],
  [
    'six minutes old, with the time of now',
    () => ({
      ...botAt(now() - 360),
      headers: { ...botAt(now() - 360).headers, 'x-signature-timestamp': String(now()) },
    }),
    401,
    'signature-mismatch',
  ],
  [
    'the time with a zero before it',
    () => botWith({ 'x-signature-timestamp': `0${now()}` }),
    401,
    'signature-malformed',
  ],
  [
    'the time in milliseconds',
    () => botWith({ 'x-signature-timestamp': `${now()}000` }),
    401,
    'signature-malformed',
  ],
  ['no time', () => botWith({ 'x-signature-timestamp': '' }), 401, 'signature-missing'],
  ['zeros', () => botSignature(() => '0'.repeat(128)), 401, 'signature-mismatch'],
  ['S + L for S', () => botSignature(plusOrder), 401, 'signature-mismatch'],
  ['an identity point', () => botSignature(() => `01${'0'.repeat(126)}`), 401, 'signature-mismatch'],
  ['half of it', () => botSignature((hex) => hex.slice(0, 64)), 401, 'signature-mismatch'],
  [
    'in base64',
    () => botSignature((hex) => Buffer.from(hex, 'hex').toString('base64')),
    401,
    'signature-malformed',
  ],
  ['twice', () => botSignature((hex) => [hex, hex]), 401, 'signature-malformed'],
  [
    'an HMAC by the public key',
    () => {
      const { headers, body } = botAt(now());
      const hmac = createHmac('sha512', BOT_KEY.publicKey).update(headers['x-signature-timestamp'] + body);
      return { headers: { ...headers, 'x-signature-ed25519': hmac.digest('hex') }, body };
    },
    401,
    'signature-mismatch',
  ],
  [
    'no signature',
    () => ({ body: newBody(), headers: { 'x-signature-timestamp': String(now()) } }),
    401,
    'signature-missing',
  ],
  [
    // The signed text is the same: the time's last digit goes to the body.
    'the boundary between time and body moved',
    () => {
      const { headers, body } = botAt(now());
      const time = headers['x-signature-timestamp'];
      return {
        headers: { ...headers, 'x-signature-timestamp': time.slice(0, -1) },
        body: `${time.slice(-1)}${body}`,
      };
    },
    403,
    'stale',
  ],
  ...BODIES.map(
    ([title, change]): Row => [
      `a signed body with ${title}`,
      () => {
        const request = botAt(now());
        return { ...request, body: change(request.body) };
      },
      401,
      'signature-mismatch',
    ],
  ),
];

const BANK = 'jwt';
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
interface Token {
  readonly body?: string;
  readonly header?: object;
  readonly claims?: object;
  readonly signature?: (content: string) => Buffer;
}
const byKey =
  (key: KeyObject) =>
  (content: string): Buffer =>
    sign(null, Buffer.from(content), key);
const bankPost = ({
  body = newBody(),
  header = { alg: 'EdDSA' },
  claims = {},
  signature = byKey(BANK_KEY.privateKey),
}: Token = {}): { readonly headers: { readonly 'x-verification': string }; readonly body: string } => {
  const content = `${part(header)}.${part({ iat: now(), request_body_sha256: hash('sha256', body), ...claims })}`;
  return { headers: { 'x-verification': `${content}.${signature(content).toString('base64url')}` }, body };
};
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const hmacBy =
  (key: string | Buffer) =>
  (content: string): Buffer =>
    createHmac('sha256', key).update(content).digest();

const BANK_ROWS: readonly Row[] = [
  [
    'a token by another key',
    () => bankPost({ signature: byKey(STRANGE_KEY.privateKey) }),
    401,
    'signature-mismatch',
  ],
  [
    "a token by another source's key",
    () => bankPost({ signature: byKey(BOT_KEY.privateKey) }),
    401,
    'signature-mismatch',
  ],
  ...['none', 'None', 'nOnE', 'NONE'].map(
    (alg): Row => [
      `a token of ${alg}`,
      () => bankPost({ header: { alg }, signature: () => Buffer.alloc(0) }),
      401,
      'signature-malformed',
    ],
  ),
  [
    'HS256 by the public key',
    () => bankPost({ header: { alg: 'HS256' }, signature: hmacBy(BANK_KEY.publicKey) }),
    401,
    'signature-malformed',
  ],
  [
    'RS256 by a key of the attacker',
    () =>
      bankPost({
        header: { alg: 'RS256', jwk: RSA.publicKey.export({ format: 'jwk' }) },
        signature: (content) => sign('sha256', Buffer.from(content), RSA.privateKey),
      }),
    401,
    'signature-malformed',
  ],
  ...(
    [
      ['a key of its own', { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } }],
      ['a place where its key is', { jku: 'https://attacker.example.com/keys' }],
      ['a certificate of its own', { x5u: 'https://attacker.example.com/cert' }],
      ['an id that is a path', { kid: '../../../../etc/passwd' }],
      ['an id that is a query', { kid: "x' OR 1=1 --" }],
    ] as const
  ).map(
    ([title, header]): Row => [
      `a token with ${title}`,
      () => bankPost({ header: { alg: 'EdDSA', ...header }, signature: byKey(STRANGE_KEY.privateKey) }),
      401,
      'signature-mismatch',
    ],
  ),
  [
    'a token with an unknown critical header',
    () => bankPost({ header: { alg: 'EdDSA', crit: ['b'], b: 1 } }),
    401,
    'signature-malformed',
  ],
  ['an expired token', () => bankPost({ claims: { exp: now() - 120 } }), 403, 'stale'],
  ['a token that is too old', () => bankPost({ claims: { iat: now() - 900 } }), 403, 'stale'],
  ['a token of no age', () => bankPost({ claims: { iat: undefined } }), 403, 'future'],
  ['a token that is not valid yet', () => bankPost({ claims: { nbf: now() + 900 } }), 403, 'future'],
  ['a token of another body', () => ({ ...bankPost(), body: newBody() }), 401, 'signature-mismatch'],
  [
    'a token of no body',
    () => bankPost({ claims: { request_body_sha256: undefined } }),
    401,
    'signature-mismatch',
  ],
  [
    'claims of another token',
    () => {
      const [one, other] = [bankPost(), bankPost({ body: newBody() })];
      const [header, , signature] = one.headers['x-verification'].split('.');
      const [, claims] = other.headers['x-verification'].split('.');
      return { headers: { 'x-verification': `${header}.${claims}.${signature}` }, body: other.body };
    },
    401,
    'signature-mismatch',
  ],
  [
    'a token without its signature',
    () => {
      const { headers, body } = bankPost();
      return { headers: { 'x-verification': headers['x-verification'].replace(/[^.]*$/, '') }, body };
    },
    401,
    'signature-mismatch',
  ],
  [
    'a token twice',
    () => {
      const { headers, body } = bankPost();
      return { headers: { 'x-verification': [headers['x-verification'], headers['x-verification']] }, body };
    },
    401,
    'signature-malformed',
  ],
  [
    'a token for Authorization',
    () => {
      const { headers, body } = bankPost();
      return { headers: { authorization: `Bearer ${headers['x-verification']}` }, body };
    },
    401,
    'signature-missing',
  ],
  ...BODIES.map(
    ([title, change]): Row => [
      `a token and a body with ${title}`,
      () => {
        const request = bankPost();
        return { ...request, body: change(request.body) };
      },
      401,
      'signature-mismatch',
    ],
  ),
];

const SNS = 'sns';
const notification = ({ pki }: Keys, more: object = {}, topic = TOPIC, body = newBody()) =>
  signSns({ ...snsNotification(topic, body), ...more }, pki.sns.key);
const snsPost = (fields: object): AttackersPost => ({ body: JSON.stringify(fields) });

const SNS_ROWS: readonly Row[] = [
  [
    'a message of another topic',
    (keys) => snsPost(notification(keys, {}, `${TOPIC}s`)),
    403,
    'topic-not-allowed',
  ],
  [
    'a message of the same topic of another account',
    (keys) => snsPost(notification(keys, {}, TOPIC.replace('123456789012', '210987654321'))),
    403,
    'topic-not-allowed',
  ],
  [
    'a message changed',
    (keys) => snsPost({ ...notification(keys), Message: newBody() }),
    401,
    'signature-mismatch',
  ],
  [
    'a message with another id',
    (keys) => snsPost({ ...notification(keys), MessageId: crypto.randomUUID() }),
    401,
    'signature-mismatch',
  ],
  [
    'a message of last week',
    (keys) => snsPost(notification(keys, { Timestamp: '2024-03-11T00:00:45.569Z' })),
    403,
    'stale',
  ],
  [
    'a message by a key of the attacker',
    () => snsPost(signSns(snsNotification(TOPIC, newBody()), RSA.privateKey)),
    401,
    'signature-mismatch',
  ],
  [
    'a certificate of the attacker',
    (keys) => snsPost({ ...notification(keys), SigningCertURL: 'https://attacker.example.com/x.pem' }),
    403,
    'certificate-url-not-allowed',
  ],
  [
    'a handshake that asks another host',
    ({ pki }) =>
      snsRequest(
        signSns(
          {
            ...snsHandshake('SubscriptionConfirmation', TOPIC),
            SubscribeURL: 'https://attacker.example.com/',
          },
          pki.sns.key,
        ),
      ),
    403,
    'subscribe-url-not-allowed',
  ],
  [
    'a handshake of another topic',
    ({ pki }) => snsRequest(signSns(snsHandshake('SubscriptionConfirmation', `${TOPIC}s`), pki.sns.key)),
    403,
    'topic-not-allowed',
  ],
  [
    'a message delivered raw',
    () => ({ headers: { 'x-amz-sns-rawdelivery': 'true' }, body: newBody() }),
    400,
    'raw-delivery',
  ],
  [
    'no signature',
    (keys) => snsPost({ ...notification(keys), Signature: undefined }),
    401,
    'signature-missing',
  ],
];

const META = 'meta';
const metaPost = (body = newBody(), secret = secretOf(META)) => ({
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  body,
});
const META_ROWS: readonly Row[] = [
  ['a delivery by another secret', () => metaPost(newBody(), secretOf(TOKEN)), 401, 'signature-mismatch'],
  ['another body', () => ({ ...metaPost(), body: newBody() }), 401, 'signature-mismatch'],
  [
    // What a GET is answered without a signature is no door for a POST.
    'the parameters of the handshake',
    () => ({
      body: newBody(),
      path: `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${encodeURIComponent(secretOf(META))}`,
    }),
    401,
    'signature-missing',
  ],
];

export const GENERIC_SOURCES = [TOKEN, BOT, BANK, SNS, META];

/** Every forgery at the doors of the generic providers. */
export const GENERIC_FORGERIES: readonly Forgery[] = [
  ...forgeriesFor(TOKEN, TOKEN_ROWS),
  ...forgeriesFor(BOT, BOT_ROWS),
  ...forgeriesFor(BANK, BANK_ROWS),
  ...forgeriesFor(SNS, SNS_ROWS),
  ...forgeriesFor(META, META_ROWS),
];

/** What their senders send. */
export const GENUINE_GENERIC: readonly Genuine[] = [
  { title: 'what comes with the secret', source: TOKEN, sign: () => withSecret(secretOf(TOKEN)) },
  { title: 'what is signed', source: BOT, sign: () => botAt(now()) },
  { title: 'what comes with a token', source: BANK, sign: () => bankPost() },
  { title: 'what is published', source: SNS, sign: (keys) => snsPost(notification(keys)) },
  { title: 'what is signed', source: META, sign: () => metaPost() },
];
