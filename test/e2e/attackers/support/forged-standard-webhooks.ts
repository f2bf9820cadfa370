import { createHmac, randomBytes } from 'node:crypto';
import { PLACEHOLDER_SECRET } from '../../../../lambdas/ingest/secrets.ts';
import { augustus } from '../../../../senders/augustus.ts';
import { readSample } from '../../../../senders/samples.ts';
import type { SignedRequest } from '../../../../senders/sender.ts';
import {
  type SigningOptions,
  signedRequest,
  standardWebhooks,
} from '../../../../senders/standard-webhooks.ts';
import { type AttackersPost, secretOf } from './attacked-stack.ts';
import { BODIES, withBody } from './forged-bodies.ts';
import { type Forgery, forgeriesFor, type Genuine, type Row } from './forgery.ts';

/** A source whose deliveries are signed by Standard Webhooks. */
interface Door {
  readonly source: string;
  readonly sign: (secret: string, options?: SigningOptions) => SignedRequest;
}

const samples = {
  augustus: await readSample(augustus, augustus.defaultEvent),
  standardWebhooks: await readSample(standardWebhooks, standardWebhooks.defaultEvent),
};

const DOORS: readonly Door[] = [
  { source: 'augustus', sign: (...how) => augustus.sign(samples.augustus, ...how) },
  { source: 'standard-webhooks', sign: (...how) => standardWebhooks.sign(samples.standardWebhooks, ...how) },
];

const whsec = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
const OLD_SECRET = whsec('the secret of last month, long enough');

const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 60 * 60_000).toISOString();
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** The secrets of the local stack that these deliveries are for. */
export const STANDARD_WEBHOOKS_SECRETS: Readonly<Record<string, unknown>> = {
  augustus: { current: secretOf('augustus'), previous: OLD_SECRET, rotatedAt: daysAgo(8) },
  'standard-webhooks': {
    current: secretOf('standard-webhooks'),
    previous: OLD_SECRET,
    rotatedAt: daysAgo(6),
  },
};

type Spell = (base64: string) => string | readonly string[];

/** Ways to write a good signature that are none; `base64` is the good one. */
const SPELLINGS: readonly (readonly [title: string, spell: Spell])[] = [
  ['without its version', (base64) => base64],
  ['of version V1', (base64) => `V1,${base64}`],
  ['of version v1, with an equals sign', (base64) => `v1=${base64}`],
  ['of version v1a, which is longer', (base64) => `v1a,${base64}`],
  ['in hex', (base64) => `v1,${Buffer.from(base64, 'base64').toString('hex')}`],
  ['in base64url', (base64) => `v1,-_${base64.slice(2)}`],
  ['without padding', (base64) => `v1,${base64.replace('=', '')}`],
  ['with more padding', (base64) => `v1,${base64}=`],
  ['cut short', (base64) => `v1,${base64.slice(0, 40)}`],
  // Of the last letter's six bits, two belong to no byte: they are zero, and of a B they aren't.
  ['with bits left over', (base64) => `v1,${base64.slice(0, -2)}B=`],
  ['empty', () => 'v1,'],
  [
    'in letters of full width',
    (base64) =>
      `v1,${base64.replace(/[A-Z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))}`,
  ],
  ['with a combining accent', (base64) => `v1,${base64}\u0301`],
  ['with a space of no width', (base64) => `v1,\u200b${base64}`],
  ['behind one that is malformed, itself with a byte too many', (base64) => `v1,AAAA v1,${base64}A`],
  ['between two others, without its version', (base64) => `v1, ,${base64} v1,`],
  ['in two headers', (base64) => [`v1,${base64}`, `v1,${base64}`]],
  [
    'as the last of 21',
    (base64) => [...Array(20).fill(`v1,${Buffer.alloc(32).toString('base64')}`), `v1,${base64}`].join(' '),
  ],
];

/** Signatures of the right form that are none. */
const MISMATCHES: readonly (readonly [title: string, spell: Spell])[] = [
  ['of zeros', () => `v1,${Buffer.alloc(32).toString('base64')}`],
  ['in another case', (base64) => `v1,${swapCase(base64.slice(0, 40))}${base64.slice(40)}`],
  ['of version v2', (base64) => `v2,${base64}`],
  ['of version v1b', (base64) => `v1b,${base64}`],
  ['of version v1a, of which the source has no key', () => `v1a,${randomBytes(64).toString('base64')}`],
  [
    'of version v1a that repeats that of v1',
    (base64) =>
      `v1a,${Buffer.concat([Buffer.from(base64, 'base64'), Buffer.from(base64, 'base64')]).toString('base64')}`,
  ],
  [
    'twenty times wrong',
    () =>
      Array(20)
        .fill(`v1,${Buffer.alloc(32).toString('base64')}`)
        .join(' '),
  ],
];

const SECRETS: readonly (readonly [title: string, secret: (source: string) => string])[] = [
  ['no secret', () => ''],
  ['the placeholder', () => whsec(PLACEHOLDER_SECRET)],
  ['the placeholder, decoded', () => PLACEHOLDER_SECRET],
  ['the secret as text', (source) => whsec(secretOf(source))],
  ['the secret without its prefix, as text', (source) => whsec(secretOf(source).slice(6))],
  ["another source's secret", () => secretOf('avaza')],
  ['zeros', () => `whsec_${Buffer.alloc(32).toString('base64')}A`],
];

const rowsFor = ({ source, sign }: Door): readonly Row[] => {
  const genuine = (options?: SigningOptions): SignedRequest => sign(secretOf(source), options);
  const withHeaders = (
    headers: (
      given: Readonly<Record<string, string>>,
    ) => Readonly<Record<string, string | readonly string[] | undefined>>,
    options?: SigningOptions,
  ): AttackersPost => {
    const request = genuine(options);
    const all = Object.entries({ ...request.headers, ...headers(request.headers) });
    return {
      headers: Object.fromEntries(all.filter((one): one is [string, string] => one[1] !== undefined)),
      body: request.body,
    };
  };
  const spelt = (spell: Spell) =>
    withHeaders((given) => ({ 'webhook-signature': spell(String(given['webhook-signature']).slice(3)) }));
  const now = () => String(Math.floor(Date.now() / 1000));

  return [
    ...SPELLINGS.map(
      ([title, spell]): Row => [`a signature ${title}`, () => spelt(spell), 401, 'signature-malformed'],
    ),
    ...MISMATCHES.map(
      ([title, spell]): Row => [`a signature ${title}`, () => spelt(spell), 401, 'signature-mismatch'],
    ),
    ...SECRETS.map(
      ([title, secret]): Row => [
        `a signature by ${title}`,
        () => sign(secret(source)),
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
    ...['id', 'timestamp', 'signature'].map(
      (name): Row => [
        `no webhook-${name}`,
        () => withHeaders(() => ({ [`webhook-${name}`]: undefined })),
        401,
        'signature-missing',
      ],
    ),
    ...['id', 'timestamp', 'signature'].map(
      (name): Row => [
        `an empty webhook-${name}`,
        () => withHeaders(() => ({ [`webhook-${name}`]: '' })),
        401,
        'signature-missing',
      ],
    ),
    ...['id', 'timestamp'].map(
      (name): Row => [
        `webhook-${name} twice`,
        () =>
          withHeaders((given) => ({
            [`webhook-${name}`]: [String(given[`webhook-${name}`]), String(given[`webhook-${name}`])],
          })),
        401,
        name === 'id' ? 'signature-mismatch' : 'signature-malformed',
      ],
    ),
    [
      'the headers of another dialect',
      () => {
        const { headers, body } = genuine();
        return {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
          ),
          body,
        };
      },
      401,
      'signature-missing',
    ],
    ['the body signed alone', () => withBodySigned(genuine(), source), 401, 'signature-mismatch'],
    ['another id', () => withHeaders(() => ({ 'webhook-id': 'msg_other' })), 401, 'signature-mismatch'],
    [
      'an id with a dot more',
      () => withHeaders((given) => ({ 'webhook-id': `${given['webhook-id']}.` })),
      401,
      'signature-mismatch',
    ],
    [
      'an id in another case',
      () => withHeaders((given) => ({ 'webhook-id': String(given['webhook-id']).toUpperCase() })),
      401,
      'signature-mismatch',
    ],
    ['what was signed six minutes ago', () => genuine({ now: minutesAgo(6) }), 403, 'stale'],
    ['what is signed for in six minutes', () => genuine({ now: minutesAgo(-6) }), 403, 'future'],
    ['what was signed in 1970', () => genuine({ now: new Date(1000) }), 403, 'stale'],
    [
      'what was signed six minutes ago, with the time of now',
      () => withHeaders(() => ({ 'webhook-timestamp': now() }), { now: minutesAgo(6) }),
      401,
      'signature-mismatch',
    ],
    [
      'a time with a zero before it',
      () => withHeaders((given) => ({ 'webhook-timestamp': `0${given['webhook-timestamp']}` })),
      401,
      'signature-malformed',
    ],
    ...[
      ['a time in milliseconds', (time: string) => `${time}000`],
      ['a time with a fraction', (time: string) => `${time}.0`],
      ['a time with a sign', (time: string) => `+${time}`],
      ['a negative time', (time: string) => `-${time}`],
      ['a time in hex', (time: string) => `0x${Number(time).toString(16)}`],
      ['a time with an exponent', (time: string) => `${time}e0`],
      [
        'a time in other digits',
        (time: string) => time.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
      ],
      ['a date for a time', () => new Date().toISOString()],
    ].map(
      ([title, change]): Row => [
        String(title),
        () =>
          withHeaders((given) => ({
            'webhook-timestamp': (change as (time: string) => string)(String(given['webhook-timestamp'])),
          })),
        401,
        'signature-malformed',
      ],
    ),
    [
      // The signed text is the same, `<id>.<time>.<body>`: for a sender that lets others choose an id with a full stop in it.
      'the boundary between id, time and body moved',
      () => {
        const { headers, body } = genuine({ id: `msg_x.${now()}` });
        const [id = '', time = ''] = String(headers['webhook-id']).split('.');
        return {
          headers: { ...headers, 'webhook-id': id, 'webhook-timestamp': time },
          body: `${headers['webhook-timestamp']}.${body}`,
        };
      },
      400,
      'body-not-json',
    ],
    [
      'the boundary between time and body moved',
      () => {
        const { headers, body } = signedRequest('1.5', secretOf(source));
        return {
          headers: {
            ...headers,
            'webhook-id': `${headers['webhook-id']}.${headers['webhook-timestamp']}`,
            'webhook-timestamp': '1',
          },
          body: body.subarray(2),
        };
      },
      403,
      'stale',
    ],
  ];
};

const swapCase = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));

const withBodySigned = ({ headers, body }: SignedRequest, source: string): AttackersPost => {
  const key = Buffer.from(secretOf(source).slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(body).digest('base64');
  return { headers: { ...headers, 'webhook-signature': `v1,${signature}` }, body };
};

/** Every forgery at the doors of those that sign by Standard Webhooks. */
export const STANDARD_WEBHOOKS_FORGERIES: readonly Forgery[] = [
  ...DOORS.flatMap((door) => forgeriesFor(door.source, rowsFor(door))),
  ...forgeriesFor('augustus', [
    [
      'the secret before the last, whose grace is over',
      () => augustus.sign(samples.augustus, OLD_SECRET),
      401,
      'signature-mismatch',
    ],
    [
      "another source's delivery",
      () => augustus.sign(samples.augustus, secretOf('standard-webhooks')),
      401,
      'signature-mismatch',
    ],
  ]),
];

/** What these providers send, each in its ways. */
export const GENUINE_STANDARD_WEBHOOKS: readonly Genuine[] = [
  ...DOORS.flatMap(({ source, sign }): readonly Genuine[] => [
    { title: 'what is signed', source, sign: () => sign(secretOf(source)) },
    {
      title: 'what was signed four minutes ago',
      source,
      sign: () => sign(secretOf(source), { now: minutesAgo(4) }),
    },
    {
      title: 'what is signed with an id of full stops',
      source,
      sign: () => sign(secretOf(source), { id: 'a.1.b' }),
    },
    {
      title: 'what is signed, among signatures of other versions and secrets',
      source,
      sign: () => {
        const request = sign(secretOf(source));
        const others = `v2,AAAA v1,${Buffer.alloc(32).toString('base64')}`;
        return {
          ...request,
          headers: {
            ...request.headers,
            'webhook-signature': `${others} ${request.headers['webhook-signature']}`,
          },
        };
      },
    },
  ]),
  {
    title: 'what was signed by the secret before, within its grace',
    source: 'standard-webhooks',
    sign: () => standardWebhooks.sign(samples.standardWebhooks, OLD_SECRET),
  },
];

export const STANDARD_WEBHOOKS_SOURCES = DOORS.map(({ source }) => source);
