import { createHmac, hash } from 'node:crypto';
import { PLACEHOLDER_SECRET } from '../../../../lambdas/ingest/secrets.ts';
import { altoviz, altovizRequest, signAltoviz } from '../../../../senders/altoviz.ts';
import { hmac } from '../../../../senders/hmac.ts';
import { ivy, signIvy } from '../../../../senders/ivy.ts';
import { readSample } from '../../../../senders/samples.ts';
import type { SignedRequest } from '../../../../senders/sender.ts';
import { type AttackersPost, type Keys, secretOf } from './attacked-stack.ts';
import { BODIES, withBody } from './forged-bodies.ts';
import { type Forgery, forgeriesFor, type Genuine, type Row } from './forgery.ts';
import { extendSha256, naiveMac } from './length-extension.ts';

/** A provider that signs the body alone, in one header. */
interface Door {
  readonly source: string;
  readonly header: string;
  /** What stands before the signature. */
  readonly prefix: string;
  readonly sign: (secret: string) => SignedRequest;
}

const samples = {
  ivy: await readSample(ivy, ivy.defaultEvent),
  altoviz: await readSample(altoviz, altoviz.defaultEvent),
  hmac: await readSample(hmac, hmac.defaultEvent),
};

const DOORS: readonly Door[] = [
  { source: 'ivy', header: 'x-ivy-signature', prefix: '', sign: (secret) => ivy.sign(samples.ivy, secret) },
  {
    source: 'altoviz',
    header: 'x-signature',
    prefix: '',
    sign: (secret) => altoviz.sign(samples.altoviz, secret),
  },
  {
    source: 'hmac',
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    sign: (secret) => hmac.sign(samples.hmac, secret),
  },
];

/** The secret that a source had before it was rotated eight days ago: its grace of seven is over. */
export const OLD_SECRET = 'the-secret-of-last-month';

/** The secrets of the local stack that these deliveries are for. */
export const HMAC_SECRETS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    DOORS.map(({ source }) => [
      source,
      { current: secretOf(source), previous: OLD_SECRET, rotatedAt: daysAgo(8) },
    ]),
  ),
  'ivy-sandbox': { current: secretOf('ivy-sandbox'), previous: OLD_SECRET, rotatedAt: daysAgo(6) },
  'altoviz-unset': PLACEHOLDER_SECRET,
};

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 60 * 60_000).toISOString();
}

const digits = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** Ways to write a good signature that are no signature, or none that this provider writes; `hex` is the good one. */
const SPELLINGS: readonly (readonly [
  title: string,
  spell: (hex: string) => string,
  notFor?: readonly string[],
])[] = [
  ['the first half of it', (hex) => hex.slice(0, 32)],
  ['all but its last digit', (hex) => hex.slice(0, -1)],
  ['all but its last byte', (hex) => hex.slice(0, -2)],
  ['a byte more', (hex) => `${hex}00`],
  ['it twice', (hex) => hex + hex],
  ['it twice, with a comma', (hex) => `${hex},${hex}`],
  ['it twice, with a space', (hex) => `${hex} ${hex}`],
  ['a forged one before it', (hex) => `${'0'.repeat(64)},${hex}`],
  ['it in mixed case', (hex) => hex.replace(/[a-f]/, (digit) => digit.toUpperCase()), ['altoviz']],
  ['it in upper case', (hex) => hex.toUpperCase(), ['altoviz', 'hmac', 'ivy']],
  ['it in base64', base64, ['altoviz']],
  ['it in base64 without padding', (hex) => base64(hex).replace(/=+$/, ''), ['altoviz']],
  ['it in base64 with too much padding', (hex) => `${base64(hex)}=`],
  ['it in base64 with white space', (hex) => `${base64(hex).slice(0, 20)} ${base64(hex).slice(20)}`],
  ['it in base64 of hex', (hex) => Buffer.from(hex).toString('base64')],
  ['it in hex of hex', (hex) => Buffer.from(hex).toString('hex')],
  ['it with 0x', (hex) => `0x${hex}`],
  ['it in quotes', (hex) => `"${hex}"`],
  ['it behind SHA256=', (hex) => `SHA256=${hex}`],
  ['it behind sha1=', (hex) => `sha1=${hex}`],
  ['it behind sha256=sha256=', (hex) => `sha256=sha256=${hex}`],
  ['it behind v1,', (hex) => `v1,${hex}`],
  ['it in digits of full width', (hex) => digits(hex, 0xff10)],
  ['it in Arabic digits', (hex) => digits(hex, 0x0660)],
  ['it in mathematical digits', (hex) => digits(hex, 0x1d7ce)],
  ['it with a Cyrillic letter', (hex) => `\u0430${hex.slice(1)}`],
  ['it with a combining accent', (hex) => `${hex}\u0301`],
  ['it with a space of no width', (hex) => `${hex.slice(0, 8)}\u200b${hex.slice(8)}`],
  ['it with a soft hyphen', (hex) => `${hex}\u00ad`],
  ['it with a percent sign', (hex) => `%${hex.charCodeAt(0).toString(16)}${hex.slice(1)}`],
  ['the word undefined', () => 'undefined'],
  ['the word true', () => 'true'],
];

/** Digests of the right length and form that are none of this body by this secret. */
const DIGESTS: readonly (readonly [title: string, digest: (body: Buffer, source: string) => Buffer])[] = [
  ['zeros', () => Buffer.alloc(32)],
  ['ones', () => Buffer.alloc(32, 0xff)],
  ['a hash of the body', (body) => hash('sha256', body, 'buffer')],
  ['a hash of the secret and the body', (body, source) => naiveMac(secretOf(source), body)],
  [
    'a hash of the body and the secret',
    (body, source) => hash('sha256', Buffer.concat([body, Buffer.from(secretOf(source))]), 'buffer'),
  ],
  ['an HMAC of nothing', (_, source) => createHmac('sha256', secretOf(source)).digest()],
  [
    'an HMAC with body and secret exchanged',
    (body, source) => createHmac('sha256', body).update(secretOf(source)).digest(),
  ],
  [
    'half of an HMAC with SHA-512',
    (body, source) => createHmac('sha512', secretOf(source)).update(body).digest().subarray(0, 32),
  ],
];

/** Secrets that are guessed, or good elsewhere. */
const SECRETS: readonly (readonly [title: string, secret: (source: string) => string | Buffer])[] = [
  ['no secret', () => ''],
  ['a byte of zero', () => '\0'],
  ['the placeholder', () => PLACEHOLDER_SECRET],
  ['the word secret', () => 'secret'],
  ['the word undefined', () => 'undefined'],
  ['the word null', () => 'null'],
  ['the name of the source', (source) => source],
  ['the name of the secret', (source) => `gatepost/${source}`],
  ["another source's secret", () => secretOf('ivy-sandbox')],
  ['the secret before the last, whose grace is over', () => OLD_SECRET],
  ['a prefix of the secret', (source) => secretOf(source).slice(0, -1)],
  ['the secret and a newline', (source) => `${secretOf(source)}\n`],
  ['the secret in another case', (source) => secretOf(source).toUpperCase()],
  ['what the secret would be in base64', (source) => Buffer.from(secretOf(source).slice(6), 'base64')],
];

const rowsFor = ({ source, header, prefix, sign }: Door): readonly Row[] => {
  const genuine = () => {
    const request = sign(secretOf(source));
    return { ...request, hex: (request.headers[header] ?? '').slice(prefix.length) };
  };
  const write = ({ headers, body }: SignedRequest, value: string | readonly string[]): AttackersPost => ({
    headers: { ...headers, [header]: value },
    body,
  });
  /** The genuine delivery with its own signature in another form. */
  const spelt = (spell: (hex: string) => string | readonly string[]): AttackersPost => {
    const request = genuine();
    return write(request, spell(request.hex));
  };
  const signed = (digest: (body: Buffer) => Buffer): AttackersPost => {
    const request = genuine();
    return write(request, prefix + digest(request.body).toString('hex'));
  };

  return [
    ...SPELLINGS.filter(([, , notFor = []]) => !notFor.includes(source)).map(
      ([title, spell]): Row => [
        `a signature: ${title}`,
        () => spelt((hex) => prefix + spell(hex)),
        401,
        'signature-malformed',
      ],
    ),
    ...DIGESTS.map(
      ([title, digest]): Row => [
        `a signature of ${title}`,
        () => signed((body) => digest(body, source)),
        401,
        'signature-mismatch',
      ],
    ),
    ...(['sha1', 'sha512', 'md5'] as const).map(
      (algorithm): Row => [
        `an HMAC with ${algorithm}`,
        () => signed((body) => createHmac(algorithm, secretOf(source)).update(body).digest()),
        401,
        'signature-malformed',
      ],
    ),
    ...SECRETS.map(
      ([title, secret]): Row => [
        `an HMAC by ${title}`,
        () => signed((body) => createHmac('sha256', secret(source)).update(body).digest()),
        401,
        'signature-mismatch',
      ],
    ),
    ...BODIES.map(
      ([title, change]): Row => [
        `a signed body with ${title}`,
        () => withBody(genuine(), change),
        401,
        'signature-mismatch',
      ],
    ),
    [
      'the signature of another body',
      () => ({ ...genuine(), body: '{"id":"x","type":"x","data":{}}' }),
      401,
      'signature-mismatch',
    ],
    [
      // What brings down a hash over secret and body: an HMAC shows nobody the state that it ended in.
      'a signature that was extended, with the body',
      () => {
        const request = genuine();
        const length = 64 + request.body.length;
        const { digest, appended } = extendSha256(Buffer.from(request.hex, 'hex'), length, '{"id":"x"}');
        return {
          headers: { ...request.headers, [header]: prefix + digest.toString('hex') },
          body: Buffer.concat([request.body, appended]),
        };
      },
      401,
      'signature-mismatch',
    ],
    [
      'the signature twice, in two headers',
      () => spelt((hex) => [prefix + hex, prefix + hex]),
      401,
      'signature-malformed',
    ],
    [
      'a forged signature in a second header',
      () => spelt((hex) => [prefix + hex, `${prefix}${'0'.repeat(64)}`]),
      401,
      'signature-malformed',
    ],
    ['no signature', () => ({ body: genuine().body }), 401, 'signature-missing'],
    ['an empty signature', () => write(genuine(), ''), 401, 'signature-missing'],
    [
      'the signature in another header',
      () => {
        const { body, hex } = genuine();
        return { headers: { 'x-webhook-signature': prefix + hex, authorization: `Basic ${hex}` }, body };
      },
      401,
      'signature-missing',
    ],
    [
      'the signature in the query',
      () => {
        const { body, hex } = genuine();
        return { path: `?${header}=${prefix}${hex}`, body };
      },
      401,
      'signature-missing',
    ],
  ];
};

const SLACK = 'slack';
const CALL =
  '{"type":"event_callback","event_id":"Ev1","event":{"type":"channel_created","channel":{"id":"C1"}}}';

const slackAt = (
  minutesAgo: number,
  body = CALL,
): { readonly headers: Record<string, string>; readonly body: string } => {
  const time = String(Math.floor(Date.now() / 1000) - minutesAgo * 60);
  const signature = createHmac('sha256', secretOf(SLACK)).update(`v0:${time}:${body}`).digest('hex');
  return { headers: { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${signature}` }, body };
};
const slackWith = (headers: Readonly<Record<string, string | readonly string[]>>): AttackersPost => {
  const request = slackAt(0);
  return { ...request, headers: { ...request.headers, ...headers } };
};

/** A provider that signs its time as well. */
const SLACK_ROWS: readonly Row[] = [
  ['what was signed six minutes ago', () => slackAt(6), 403, 'stale'],
  ['what is signed for in six minutes', () => slackAt(-6), 403, 'future'],
  [
    'what was signed six minutes ago, with the time of now',
    () => ({
      ...slackAt(6),
      headers: { ...slackAt(6).headers, 'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)) },
    }),
    401,
    'signature-mismatch',
  ],
  ['another time', () => slackWith({ 'x-slack-request-timestamp': '1' }), 401, 'signature-mismatch'],
  [
    'the time twice',
    () => {
      const time = String(slackAt(0).headers['x-slack-request-timestamp']);
      return slackWith({ 'x-slack-request-timestamp': [time, time] });
    },
    401,
    'signature-malformed',
  ],
  [
    'the time in other digits',
    () =>
      slackWith({
        'x-slack-request-timestamp': digits(String(slackAt(0).headers['x-slack-request-timestamp']), 0xff10),
      }),
    401,
    'signature-malformed',
  ],
  [
    'no time',
    () => ({ headers: { 'x-slack-signature': String(slackAt(0).headers['x-slack-signature']) }, body: CALL }),
    401,
    'signature-missing',
  ],
  [
    // The signed text is the same: `v0:<time>:<body>`, cut behind the first colon of the body. No time has such a form.
    'the boundary between time and body moved',
    () => {
      const { headers, body } = slackAt(0);
      const at = body.indexOf(':');
      const time = `${headers['x-slack-request-timestamp']}:${body.slice(0, at)}`;
      return { headers: { ...headers, 'x-slack-request-timestamp': time }, body: body.slice(at + 1) };
    },
    401,
    'signature-malformed',
  ],
  [
    'the body signed without its time',
    () =>
      slackWith({
        'x-slack-signature': `v0=${createHmac('sha256', secretOf(SLACK)).update(CALL).digest('hex')}`,
      }),
    401,
    'signature-mismatch',
  ],
];

/** Signed as it should be, and from the wrong place or over the wrong thing. */
const ELSEWHERE = 'altoviz-elsewhere';
const fromAltoviz = (source: string, body: string): AttackersPost =>
  altovizRequest('', Buffer.from(body), signAltoviz(body, secretOf(source)));

/** Every forgery at the doors of those that sign with an HMAC in a header of their own. */
export const HMAC_FORGERIES: readonly Forgery[] = [
  ...DOORS.flatMap((door) => forgeriesFor(door.source, rowsFor(door))),
  ...forgeriesFor(SLACK, SLACK_ROWS),
  ...forgeriesFor('ivy-sandbox', [
    ["another source's delivery", () => ivy.sign(samples.ivy, secretOf('ivy')), 401, 'signature-mismatch'],
  ]),
  ...forgeriesFor('altoviz-unset', [
    // Nothing gets in by the placeholder while the source has no secret; and a genuine one is to come again.
    [
      'what the placeholder signed',
      () => altoviz.sign(samples.altoviz, PLACEHOLDER_SECRET),
      503,
      'secret-unset',
    ],
    ['what no secret signed', () => altoviz.sign(samples.altoviz, ''), 503, 'secret-unset'],
  ]),
  ...forgeriesFor(ELSEWHERE, [
    [
      'what is signed and comes from another address',
      () => altoviz.sign(samples.altoviz, secretOf(ELSEWHERE)),
      403,
      'address-not-allowed',
    ],
    ...['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'x-client-ip'].map(
      (name): Row => [
        `an address that ${name} claims`,
        () => {
          const { headers, body } = altoviz.sign(samples.altoviz, secretOf(ELSEWHERE));
          return {
            headers: { ...headers, [name]: name === 'forwarded' ? 'for=20.23.10.180' : '20.23.10.180' },
            body,
          };
        },
        403,
        'address-not-allowed',
      ],
    ),
  ]),
  ...forgeriesFor('altoviz', [
    [
      'a signed body of more than 3 MB',
      () => fromAltoviz('altoviz', `{"id":"1","type":"x","data":"${'x'.repeat(3_000_000)}"}`),
      413,
      'body-too-large',
    ],
  ]),
];

/** What these providers send, each in its ways. */
export const GENUINE_HMAC: readonly Genuine[] = [
  ...DOORS.map(
    ({ source, sign }): Genuine => ({
      title: 'what is signed',
      source,
      sign: ({ secrets }: Keys) => sign(String(secrets[source])),
    }),
  ),
  ...(['HEX', 'base64', 'base64url'] as const).map(
    (writtenAs): Genuine => ({
      title: `what is signed in ${writtenAs}`,
      source: 'altoviz',
      sign: () => altoviz.sign(samples.altoviz, secretOf('altoviz'), { writtenAs }),
    }),
  ),
  {
    title: 'what was signed by the secret before, within its grace',
    source: 'ivy-sandbox',
    sign: () => ivy.sign(samples.ivy, OLD_SECRET),
  },
  {
    title: 'what is signed by the new secret',
    source: 'ivy-sandbox',
    sign: () => ivy.sign(samples.ivy, secretOf('ivy-sandbox')),
  },
  { title: 'what is signed', source: SLACK, sign: () => slackAt(0) },
  { title: 'what was signed four minutes ago', source: SLACK, sign: () => slackAt(4) },
  {
    title: 'what is signed, byte for byte: white space, and a field twice',
    source: 'ivy',
    sign: () => {
      const body = ' {"id":"1","type":"order_created","payload":{"id":1}, "id":"2"}\n';
      return { headers: { 'x-ivy-signature': signIvy(body, secretOf('ivy')) }, body };
    },
  },
];

export const HMAC_SOURCES = [
  ...DOORS.map(({ source }) => source),
  'ivy-sandbox',
  'altoviz-unset',
  ELSEWHERE,
  SLACK,
];
