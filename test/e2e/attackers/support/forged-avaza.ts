import { PLACEHOLDER_SECRET } from '../../../../lambdas/ingest/secrets.ts';
import { avaza } from '../../../../senders/avaza.ts';
import { readSample } from '../../../../senders/samples.ts';
import { type AttackersPost, secretOf } from './attacked-stack.ts';
import { type Forgery, forgeriesFor, type Genuine, type Row } from './forgery.ts';

const sample = await readSample(avaza, avaza.defaultEvent);
const SOURCE = 'avaza';
const SECRET = secretOf(SOURCE);
const OLD_SECRET = 'the-secret-of-last-month';

/** The secrets of the local stack that these deliveries are for. */
export const AVAZA_SECRETS: Readonly<Record<string, unknown>> = {
  [SOURCE]: {
    current: SECRET,
    previous: OLD_SECRET,
    rotatedAt: new Date(Date.now() - 8 * 24 * 60 * 60_000).toISOString(),
  },
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const GOOD = base64(SECRET);

const withAuthorization = (authorization: string | readonly string[]): AttackersPost => {
  const { headers, ...request } = avaza.sign(sample, SECRET);
  return { ...request, headers: { ...headers, authorization } };
};

const WRONG: Readonly<Record<string, string | readonly string[]>> = {
  'the scheme alone': 'Basic',
  'the secret without a scheme': GOOD,
  'the secret as it is': `Basic ${SECRET}`,
  'another scheme': `Bearer ${GOOD}`,
  'the scheme in lower case': `basic ${GOOD}`,
  'two spaces': `Basic  ${GOOD}`,
  'a tab for the space': `Basic\t${GOOD}`,
  'a space inside': `Basic ${GOOD.slice(0, 9)} ${GOOD.slice(9)}`,
  'a colon before the secret': `Basic ${base64(`:${SECRET}`)}`,
  'a colon behind the secret': `Basic ${base64(`${SECRET}:`)}`,
  'a user before the secret': `Basic ${base64(`avaza:${SECRET}`)}`,
  'a newline behind the secret': `Basic ${base64(`${SECRET}\n`)}`,
  'the secret without its last letter': `Basic ${base64(SECRET.slice(0, -1))}`,
  'the secret in another case': `Basic ${base64(SECRET.toLowerCase())}`,
  'the secret in base64 twice': `Basic ${base64(GOOD)}`,
  'the secret in hex': `Basic ${Buffer.from(SECRET).toString('hex')}`,
  'base64 in another case': `Basic ${GOOD.toUpperCase()}`,
  'base64 with more padding': `Basic ${GOOD}=`,
  'base64 in letters of full width': `Basic ${GOOD.replace(/[A-Z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))}`,
  'a combining accent': `Basic ${GOOD}\u0301`,
  'a space of no width': `Basic \u200b${GOOD}`,
  'no secret': 'Basic ',
  'the placeholder': `Basic ${base64(PLACEHOLDER_SECRET)}`,
  'the word undefined': `Basic ${base64('undefined')}`,
  "another source's secret": `Basic ${base64(secretOf('ivy'))}`,
  'the secret before the last, whose grace is over': `Basic ${base64(OLD_SECRET)}`,
  'the header twice': [`Basic ${GOOD}`, `Basic ${GOOD}`],
  'a good one and a forged one': [`Basic ${GOOD}`, 'Basic x'],
  'a list of both': `Basic x, Basic ${GOOD}`,
};

const without = (name: string): AttackersPost => {
  const { headers, ...request } = avaza.sign(sample, SECRET);
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
  };
};

/** Every forgery at the door of Avaza, which signs nothing and sends a secret along. */
export const AVAZA_FORGERIES: readonly Forgery[] = forgeriesFor(SOURCE, [
  ...Object.entries(WRONG).map(
    ([title, authorization]): Row => [
      title,
      () => withAuthorization(authorization),
      401,
      [authorization].flat()[0]?.trim().startsWith('Basic ') ? 'signature-mismatch' : 'signature-malformed',
    ],
  ),
  ['no header', () => without('authorization'), 401, 'signature-missing'],
  ['an empty header', () => withAuthorization(''), 401, 'signature-missing'],
  [
    'the secret in another header',
    () => {
      const { headers = {}, ...request } = without('authorization');
      return {
        ...request,
        headers: { ...headers, 'proxy-authorization': `Basic ${GOOD}`, 'x-authorization': `Basic ${GOOD}` },
      };
    },
    401,
    'signature-missing',
  ],
  [
    'the secret in the query',
    () => ({ ...without('authorization'), path: `/timesheet_created?authorization=Basic%20${GOOD}` }),
    401,
    'signature-missing',
  ],
]);

/** What Avaza sends; whoever read the secret once can send the same. */
export const GENUINE_AVAZA: readonly Genuine[] = [
  { title: 'what comes with the secret', source: SOURCE, sign: () => avaza.sign(sample, SECRET) },
];

export const AVAZA_SOURCES = [SOURCE];
