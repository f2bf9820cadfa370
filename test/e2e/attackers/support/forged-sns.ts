import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type IvvyOptions, innerMessage, ivvy, ivvyTopic, signInner } from '../../../../senders/ivvy.ts';
import { readSample } from '../../../../senders/samples.ts';
import {
  type SnsFields,
  signSns,
  snsHandshake,
  snsNotification,
  snsRequest,
} from '../../../../senders/sns.ts';
import type { AttackersPost, Keys } from './attacked-stack.ts';
import { type Forge, type Forgery, forgeriesFor, type Genuine, type Row } from './forgery.ts';

const sample = await readSample(ivvy, ivvy.defaultEvent);

/** A topic of iVvy's that the source takes. */
export const TOPIC = ivvyTopic();
/** A topic of the attacker's own: SNS signs whatever is published there. */
export const EVIL_TOPIC = 'arn:aws:sns:ap-southeast-2:999999999999:evil';

const HOST = 'sns.ap-southeast-2.amazonaws.com';
/** The certificate of the documentation. */
const FILE = 'SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem';
const CERTIFICATE_URL = `https://${HOST}/${FILE}`;

/** iVvy's own message, signed by iVvy: what an attacker may have read elsewhere. */
export const innerText = ({ pki }: Keys): string =>
  JSON.stringify(signInner(innerMessage(sample), pki.ivvy.key));

type Fields = (keys: Keys) => SnsFields;

const notification: Fields = (keys) => snsNotification(TOPIC, innerText(keys));
const signed: Fields = (keys) => signSns(notification(keys), keys.pki.sns.key);
const subscription: Fields = () => snsHandshake('SubscriptionConfirmation', TOPIC);
const signedSubscription: Fields = (keys) => signSns(subscription(keys), keys.pki.sns.key);

/** As SNS would send it, had it these fields: signed over them. */
const signedWith =
  (over: SnsFields, of: Fields = notification): Forge =>
  (keys) =>
    snsRequest(signSns({ ...of(keys), ...over }, keys.pki.sns.key));

/** Changed after SNS signed it. */
const changedTo =
  (over: SnsFields, of: Fields = signed): Forge =>
  (keys) =>
    snsRequest({ ...of(keys), ...over });

const changedBy =
  (field: string, change: (value: string) => string): Forge =>
  (keys) => {
    const fields = signed(keys);
    return snsRequest({ ...fields, [field]: change(String(fields[field])) });
  };

const withText =
  (change: (text: string) => string): Forge =>
  (keys) => {
    const { headers, body } = snsRequest(signed(keys));
    return { headers, body: change(body.toString()) };
  };

const withHeaders =
  (headers: NonNullable<AttackersPost['headers']>): Forge =>
  (keys) => {
    const request = snsRequest(signed(keys));
    return { ...request, headers: { ...request.headers, ...headers } };
  };

const fromIvvy =
  (options: IvvyOptions): Forge =>
  ({ pki }) =>
    ivvy.sign(sample, pki, options);

/** The time so many minutes ago, in milliseconds as SNS writes it. */
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const signedAgo =
  (minutes: number): Forge =>
  (keys) =>
    signedWith({ Timestamp: minutesAgo(minutes).toISOString() })(keys);

const attackersKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const signedByAttacker =
  (over: SnsFields = {}, of: Fields = notification): Forge =>
  (keys) =>
    snsRequest(signSns({ ...of(keys), ...over }, attackersKey));

const CHANGED: readonly Row[] = [
  ['another Message', changedTo({ Message: '{}' }), 401, 'signature-mismatch'],
  ['another MessageId', changedTo({ MessageId: randomUUID() }), 401, 'signature-mismatch'],
  [
    'a stale one with the time of now',
    (keys) => {
      const old = { ...notification(keys), Timestamp: minutesAgo(600).toISOString() };
      const now = new Date().toISOString();
      return snsRequest({ ...signSns(old, keys.pki.sns.key), Timestamp: now });
    },
    401,
    'signature-mismatch',
  ],
  ['another topic that is taken', changedTo({ TopicArn: ivvyTopic('Venues') }), 401, 'signature-mismatch'],
  ['a Subject that was not signed', changedTo({ Subject: 'urgent' }), 401, 'signature-mismatch'],
  ['an empty Subject that was not signed', changedTo({ Subject: '' }), 401, 'signature-mismatch'],
  [
    'a notification made into a handshake',
    (keys) => snsRequest({ ...subscription(keys), ...signed(keys), Type: 'SubscriptionConfirmation' }),
    401,
    'signature-mismatch',
  ],
  [
    'a handshake made into a notification',
    changedTo({ Type: 'Notification' }, signedSubscription),
    401,
    'signature-mismatch',
  ],
  [
    'a subscription made into its end',
    changedTo({ Type: 'UnsubscribeConfirmation' }, signedSubscription),
    401,
    'signature-mismatch',
  ],
  [
    'a handshake with another token',
    changedTo({ Token: 'f'.repeat(144) }, signedSubscription),
    401,
    'signature-mismatch',
  ],
  [
    'a handshake that leads elsewhere',
    changedTo({ SubscribeURL: 'https://evil.example/' }, signedSubscription),
    401,
    'signature-mismatch',
  ],
];

const SIGNATURES: readonly Row[] = [
  ['a signature by another key', signedByAttacker(), 401, 'signature-mismatch'],
  ['a handshake signed by another key', signedByAttacker({}, subscription), 401, 'signature-mismatch'],
  [
    'a signature of another message',
    (keys) => changedTo({ Signature: signed(keys).Signature })(keys),
    401,
    'signature-mismatch',
  ],
  ['a signature of zeros', changedTo({ Signature: 'A'.repeat(344) }), 401, 'signature-mismatch'],
  ['a truncated signature', changedBy('Signature', (text) => text.slice(4)), 401, 'signature-mismatch'],
  ['no signature', changedTo({ Signature: undefined }), 401, 'signature-missing'],
  ['an empty signature', changedTo({ Signature: '' }), 401, 'signature-missing'],
  ['a null for a signature', changedTo({ Signature: null }), 400, 'body-shape'],
  [
    'a list of signatures',
    (keys) => changedTo({ Signature: [signed(keys).Signature] })(keys),
    400,
    'body-shape',
  ],
  [
    'a signature in base64url',
    changedBy('Signature', (text) => `-_${text.slice(2)}`),
    401,
    'signature-malformed',
  ],
  ['a signature and a space', changedBy('Signature', (text) => `${text} `), 401, 'signature-malformed'],
  [
    'a signature in two lines',
    changedBy('Signature', (text) => `${text.slice(0, 64)}\n${text.slice(64)}`),
    401,
    'signature-malformed',
  ],
  [
    'a signature in hex digits of full width',
    changedTo({ Signature: '０'.repeat(512) }),
    401,
    'signature-malformed',
  ],
  ['SHA-1 that is called SHA-256', changedTo({ SignatureVersion: '2' }), 401, 'signature-mismatch'],
  [
    'SHA-256 that is called SHA-1',
    (keys) => snsRequest({ ...signSns(notification(keys), keys.pki.sns.key, '2'), SignatureVersion: '1' }),
    401,
    'signature-mismatch',
  ],
  ['SignatureVersion 3', changedTo({ SignatureVersion: '3' }), 401, 'signature-malformed'],
  ['SignatureVersion 01', changedTo({ SignatureVersion: '01' }), 401, 'signature-malformed'],
  ['an empty SignatureVersion', changedTo({ SignatureVersion: '' }), 401, 'signature-malformed'],
  ['SignatureVersion as a number', changedTo({ SignatureVersion: 1 }), 400, 'body-shape'],
  ['no SignatureVersion', changedTo({ SignatureVersion: undefined }), 400, 'body-shape'],
];

/** Signed by SNS itself, and still not for us. */
const OTHERS: readonly Row[] = [
  [
    "what SNS signed for the attacker's topic",
    signedWith({ TopicArn: EVIL_TOPIC }),
    403,
    'topic-not-allowed',
  ],
  [
    "a handshake for the attacker's topic",
    (keys) => snsRequest(signSns(snsHandshake('SubscriptionConfirmation', EVIL_TOPIC), keys.pki.sns.key)),
    403,
    'topic-not-allowed',
  ],
  [
    "the end of a subscription to the attacker's topic",
    (keys) => snsRequest(signSns(snsHandshake('UnsubscribeConfirmation', EVIL_TOPIC), keys.pki.sns.key)),
    403,
    'topic-not-allowed',
  ],
  [
    "a topic named like iVvy's under another owner",
    signedWith({ TopicArn: TOPIC.replace(/:\d{12}:/, ':999999999999:') }),
    403,
    'topic-not-allowed',
  ],
  [
    'a topic of another iVvy account',
    (keys) =>
      snsRequest(signSns(snsNotification(ivvyTopic('Companies', '15'), innerText(keys)), keys.pki.sns.key)),
    403,
    'account-not-allowed',
  ],
  ["another iVvy account's message", fromIvvy({ inner: { AccountId: '15' } }), 403, 'account-not-allowed'],
  [
    'a topic in another region, with a certificate of that region',
    (keys) =>
      snsRequest(
        signSns(
          snsNotification(ivvyTopic('Companies', '14', 'us-east-1'), innerText(keys)),
          keys.pki.sns.key,
        ),
      ),
    403,
    'region-not-allowed',
  ],
  ...[
    TOPIC.replace('arn:aws:', 'arn:aws-cn:'),
    TOPIC.replace('arn:aws:', 'arn:aws-us-gov:'),
    TOPIC.replace('arn:', 'ARN:'),
    TOPIC.replace('iVvy', 'ivvy'),
    TOPIC.replace('Account_14_', 'Account_014_x_'),
    TOPIC.replace('Account_14', 'Account_1４'),
    `${TOPIC}.fifo`,
    `${TOPIC}:a97813c2-7724-4f18-97a5-afd41258bd44`,
    `${TOPIC} `,
    ` ${TOPIC}`,
    `${TOPIC}/../evil`,
    `x${TOPIC}`,
    '',
  ].map(
    (arn): Row => [
      `the topic ${JSON.stringify(arn)}`,
      signedWith({ TopicArn: arn, SigningCertURL: CERTIFICATE_URL }),
      403,
      'topic-not-allowed',
    ],
  ),
  ['a message from 76 minutes ago', signedAgo(76), 403, 'stale'],
  ['a message of a year that is over', signedWith({ Timestamp: '1999-12-31T23:59:59.999Z' }), 403, 'stale'],
  ['a message from in six minutes', signedAgo(-6), 403, 'future'],
  ['a message from the year 9999', signedWith({ Timestamp: '9999-12-31T23:59:59.999Z' }), 403, 'future'],
];

/** Where a certificate may seem to come from SNS and doesn't. None of these is ever asked for. */
export const HOSTILE_CERTIFICATE_URLS: readonly string[] = [
  // Buckets of anybody's, named so that the host or the path looks right.
  `https://sns.s3-ap-southeast-2.amazonaws.com/${FILE}`,
  `https://sns.s3.amazonaws.com/${FILE}`,
  `https://sns.s3.ap-southeast-2.amazonaws.com/${FILE}`,
  `https://sns.s3-website-ap-southeast-2.amazonaws.com/${FILE}`,
  `https://s3-ap-southeast-2.amazonaws.com/${HOST}/${FILE}`,
  `https://sns-ap-southeast-2.amazonaws.com/${FILE}`,
  // Another region, another partition, and what only begins or ends right.
  `https://sns.us-east-1.amazonaws.com/${FILE}`,
  `https://sns.ap-southeast-22.amazonaws.com/${FILE}`,
  `https://sns.amazonaws.com/${FILE}`,
  `https://${HOST}.cn/${FILE}`,
  `https://${HOST}.evil.example/${FILE}`,
  `https://${HOST}-evil.example/${FILE}`,
  `https://evil-${HOST}/${FILE}`,
  `https://evil.example/${HOST}/${FILE}`,
  `https://sns.ap-southeast-2.amazonaws.com%2eevil.example/${FILE}`,
  `https://sns.ap-southeast-2.evil.example#.amazonaws.com/${FILE}`,
  // User info, ports, queries, fragments.
  `https://${HOST}@evil.example/${FILE}`,
  `https://${HOST}:443@evil.example/${FILE}`,
  `https://user:password@${HOST}/${FILE}`,
  `https://@${HOST}/${FILE}`,
  `https://${HOST}:443/${FILE}`,
  `https://${HOST}:8443/${FILE}`,
  `https://${HOST}:/${FILE}`,
  `https://${HOST}/${FILE}?`,
  `https://${HOST}/${FILE}?x=.pem`,
  `https://${HOST}/?Action=Unsubscribe&x=${FILE}`,
  `https://${HOST}/${FILE}#`,
  `https://${HOST}/${FILE}#.pem`,
  `https://${HOST}/${FILE};x`,
  // Other spellings of the same host, and hosts that are spelt alike.
  `https://${HOST}./${FILE}`,
  `https://${HOST.toUpperCase()}/${FILE}`,
  `HTTPS://${HOST}/${FILE}`,
  `https://ｓｎｓ.ap-southeast-2.amazonaws.com/${FILE}`,
  `https://ѕns.ap-southeast-2.amazonaws.com/${FILE}`,
  `https://xn--ns-xmc.ap-southeast-2.amazonaws.com/${FILE}`,
  `https://sns。ap-southeast-2。amazonaws。com/${FILE}`,
  `https://sns%2eap-southeast-2%2eamazonaws%2ecom/${FILE}`,
  `https://${HOST}\u200b/${FILE}`,
  // Addresses, those of the machine and of the network around it among them.
  `https://127.0.0.1/${FILE}`,
  `https://2130706433/${FILE}`,
  `https://0x7f.1/${FILE}`,
  `https://[::1]/${FILE}`,
  `https://[::ffff:169.254.169.254]/${FILE}`,
  `https://169.254.169.254/${FILE}`,
  `https://localhost/${FILE}`,
  // Other schemes, or none.
  `http://${HOST}/${FILE}`,
  `//${HOST}/${FILE}`,
  `${HOST}/${FILE}`,
  `https:${HOST}/${FILE}`,
  `https:/${HOST}/${FILE}`,
  `https:///${HOST}/${FILE}`,
  `https:\\\\${HOST}\\${FILE}`,
  `https://evil.example\\@${HOST}/${FILE}`,
  `file:///${FILE}`,
  'data:application/x-pem-file,x.pem',
  'javascript:0//.pem',
  '',
  // Paths.
  `https://${HOST}//${FILE}`,
  `https://${HOST}/./${FILE}`,
  `https://${HOST}/../${FILE}`,
  `https://${HOST}/%2e%2e/${FILE}`,
  `https://${HOST}/x/../${FILE}`,
  `https://${HOST}/evil/${FILE}`,
  `https://${HOST}/${FILE}/`,
  `https://${HOST}/${FILE}%00`,
  `https://${HOST}/${FILE.replace('S', '%53')}`,
  `https://${HOST}/${FILE.replace('.pem', '%2epem')}`,
  `https://${HOST}/${FILE.replace('.pem', '.PEM')}`,
  `https://${HOST}/${FILE.replace('.pem', '')}`,
  `https://${HOST}/${FILE.replace('60ead', '60EAD')}`,
  `https://${HOST}/${FILE.replace('60ead', '60ea')}`,
  `https://${HOST}/${FILE.replace('60ead', '60eadc')}`,
  `https://${HOST}/SimpleNotificationService.pem`,
  `https://${HOST}/${FILE} `,
  ` https://${HOST}/${FILE}`,
];

const CERTIFICATES: readonly Row[] = [
  ...HOSTILE_CERTIFICATE_URLS.map(
    (url): Row => [
      `a certificate at ${JSON.stringify(url)}`,
      changedTo({ SigningCertURL: url }),
      403,
      'certificate-url-not-allowed',
    ],
  ),
  ...['\t', '\n', '\r', '\0', '\u2028'].map(
    (character): Row => [
      `a certificate URL with ${JSON.stringify(character)} in it`,
      changedTo({ SigningCertURL: CERTIFICATE_URL.replace('amazonaws', `amazon${character}aws`) }),
      400,
      'body-shape',
    ],
  ),
  ['no certificate URL', changedTo({ SigningCertURL: undefined }), 400, 'body-shape'],
  ['a list of certificate URLs', changedTo({ SigningCertURL: [CERTIFICATE_URL] }), 400, 'body-shape'],
  [
    // As Lambda writes the name, which sns-validator would prefer.
    'a SigningCertUrl beside the SigningCertURL',
    signedByAttacker({ SigningCertUrl: `https://sns.s3-ap-southeast-2.amazonaws.com/${FILE}` }),
    401,
    'signature-mismatch',
  ],
];

const TOKEN = 'a'.repeat(144);
const CONFIRMATION = `Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${TOKEN}`;

/** Where a handshake may lead that SNS never sends. None of these is ever asked for, whoever signed it. */
export const HOSTILE_SUBSCRIBE_URLS: readonly string[] = [
  `https://evil.example/?${CONFIRMATION}`,
  `https://sns.us-east-1.amazonaws.com/?${CONFIRMATION}`,
  `https://${HOST}.cn/?${CONFIRMATION}`,
  `https://${HOST}@evil.example/?${CONFIRMATION}`,
  `https://user:password@${HOST}/?${CONFIRMATION}`,
  `https://${HOST}:8443/?${CONFIRMATION}`,
  `https://${HOST}./?${CONFIRMATION}`,
  `https://sns.s3-ap-southeast-2.amazonaws.com/?${CONFIRMATION}`,
  `https://169.254.169.254/?${CONFIRMATION}`,
  `https://[::1]/?${CONFIRMATION}`,
  `http://${HOST}/?${CONFIRMATION}`,
  `//${HOST}/?${CONFIRMATION}`,
  `https://${HOST}/evil?${CONFIRMATION}`,
  `https://${HOST}/${CONFIRMATION}`,
  `https://${HOST}/#${CONFIRMATION}`,
  `https://${HOST}/?${CONFIRMATION}`.replace('ConfirmSubscription', 'Unsubscribe'),
  `https://${HOST}/?${CONFIRMATION}`.replace('ConfirmSubscription', 'confirmsubscription'),
  `https://${HOST}/?${CONFIRMATION}`.replace(TOPIC, EVIL_TOPIC),
  `https://${HOST}/?${CONFIRMATION}`.replace(TOKEN, 'b'.repeat(144)),
  `https://${HOST}/?${CONFIRMATION}&Token=${TOKEN}`,
  `https://${HOST}/?${CONFIRMATION}&TopicArn=${EVIL_TOPIC}`,
  `https://${HOST}/?${CONFIRMATION}&Action=Unsubscribe`,
  'javascript:alert(1)',
  'not a URL',
  '',
];

const HANDSHAKES: readonly Row[] = HOSTILE_SUBSCRIBE_URLS.map(
  (url): Row => [
    `a signed handshake that leads to ${JSON.stringify(url)}`,
    signedWith({ Token: TOKEN, SubscribeURL: url }, subscription),
    403,
    'subscribe-url-not-allowed',
  ],
);

const SHAPES: readonly Row[] = [
  [
    'a header that calls a notification a handshake',
    withHeaders({ 'x-amz-sns-message-type': 'SubscriptionConfirmation' }),
    400,
    'body-shape',
  ],
  [
    'a header of the type in lower case',
    withHeaders({ 'x-amz-sns-message-type': 'notification' }),
    400,
    'body-shape',
  ],
  [
    'the header of the type twice',
    withHeaders({ 'x-amz-sns-message-type': ['Notification', 'Notification'] }),
    400,
    'body-shape',
  ],
  ['an empty header of the type', withHeaders({ 'x-amz-sns-message-type': '' }), 400, 'body-shape'],
  ['raw delivery', withHeaders({ 'x-amz-sns-rawdelivery': 'true' }), 400, 'raw-delivery'],
  [
    'raw delivery of what iVvy signed',
    (keys) => ({ headers: { 'x-amz-sns-rawdelivery': 'true' }, body: innerText(keys) }),
    400,
    'raw-delivery',
  ],
  ["iVvy's own message without SNS around it", (keys) => ({ body: innerText(keys) }), 400, 'body-shape'],
  ['a Type that SNS does not have', signedWith({ Type: 'notification' }), 400, 'body-shape'],
  ['a Type with white space', signedWith({ Type: 'Notification ' }), 400, 'body-shape'],
  ['a MessageId that is no UUID', signedWith({ MessageId: '../../etc' }), 400, 'body-shape'],
  ['a MessageId in upper case', signedWith({ MessageId: randomUUID().toUpperCase() }), 400, 'body-shape'],
  [
    'a Timestamp without its milliseconds',
    signedWith({ Timestamp: '2026-01-01T00:00:00Z' }),
    400,
    'body-shape',
  ],
  [
    'a Timestamp with an offset',
    signedWith({ Timestamp: '2026-01-01T00:00:00.000+00:00' }),
    400,
    'body-shape',
  ],
  [
    'a Timestamp of a thirteenth month',
    signedWith({ Timestamp: '2026-13-01T00:00:00.000Z' }),
    400,
    'body-shape',
  ],
  ['half a surrogate pair, which is signed as U+FFFD', signedWith({ Message: '\ud800' }), 400, 'body-shape'],
  [
    'a Message that is an object',
    (keys) => changedTo({ Message: JSON.parse(innerText(keys)) })(keys),
    400,
    'body-shape',
  ],
  [
    'a second Message behind the first',
    withText((text) => text.replace(/\}\s*$/, ',"Message":"{}"}')),
    401,
    'signature-mismatch',
  ],
  [
    'a second TopicArn behind the first',
    withText((text) => text.replace(/\}\s*$/, `,"TopicArn":"${EVIL_TOPIC}"}`)),
    403,
    'topic-not-allowed',
  ],
  [
    'a field that hides in __proto__',
    withText((text) => text.replace('"Type":', '"__proto__":{"Type":"Notification"},"type":')),
    400,
    'body-shape',
  ],
  ['two messages in a list', withText((text) => `[${text},${text}]`), 400, 'body-shape'],
  ['something behind the JSON', withText((text) => `${text}x`), 400, 'body-not-json'],
  ['nothing at all', () => ({}), 400, 'body-not-json'],
];

/** iVvy's own signature inside, where a source insists on it. */
const INNER: readonly Row[] = [
  [
    'no signature inside',
    fromIvvy({ envelope: { Message: JSON.stringify(innerMessage(sample)) } }),
    401,
    'signature-missing',
  ],
  [
    "another's signature inside",
    (keys) =>
      signedWith({ Message: JSON.stringify({ ...JSON.parse(innerText(keys)), Body: '{"data":{"id":1}}' }) })(
        keys,
      ),
    401,
    'signature-mismatch',
  ],
  [
    'a signature inside by another key',
    (keys) => signedWith({ Message: JSON.stringify(signInner(innerMessage(sample), attackersKey)) })(keys),
    401,
    'signature-mismatch',
  ],
  ...[
    ['a key in another bucket', { SigningPublicKeyPath: '/../evil/accounts/14/1/notifcert.txt' }],
    [
      'a key in another bucket, encoded',
      { SigningPublicKeyPath: '/%2e%2e/evil/accounts/14/1/notifcert.txt' },
    ],
    ['a key in another bucket, with backslashes', { SigningPublicKeyPath: '\\..\\evil\\notifcert.txt' }],
    ['a key of another account', { SigningPublicKeyPath: '/accounts/15/1/notifcert.txt' }],
    ['a key at a URL', { SigningPublicKeyPath: 'https://evil.example/notifcert.txt' }],
    ['a key with a query', { SigningPublicKeyPath: '/accounts/14/1/notifcert.txt?x' }],
    ['a key behind a user', { SigningPublicKeyPath: '@evil.example/accounts/14/1/notifcert.txt' }],
    ['a region that is a host', { Region: 'x.evil.example/' }],
    ['a region that is an address', { Region: '@169.254.169.254/' }],
    ['a region that is not configured', { Region: 'us-west-2' }],
    ['no region', { Region: '' }],
  ].map(
    ([title, inner]): Row => [String(title), fromIvvy({ inner: inner as SnsFields }), 403, 'key-not-allowed'],
  ),
];

/** Every forgery that bears the name of iVvy. */
export const SNS_FORGERIES: readonly Forgery[] = [
  ...forgeriesFor('ivvy', [...CHANGED, ...SIGNATURES, ...OTHERS, ...CERTIFICATES, ...HANDSHAKES, ...SHAPES]),
  ...forgeriesFor('ivvy-strict', INNER),
  ...forgeriesFor('ivvy-pinned', [
    [
      'a topic of the account that is not listed',
      signedWith({ TopicArn: ivvyTopic('Venues') }),
      403,
      'topic-not-allowed',
    ],
    [
      'a topic that only begins like one listed',
      signedWith({ TopicArn: `${TOPIC}X` }),
      403,
      'topic-not-allowed',
    ],
  ]),
];

/** What iVvy sends, each in its ways. */
export const GENUINE_SNS: readonly Genuine[] = [
  ...['ivvy', 'ivvy-strict', 'ivvy-pinned'].map(
    (source): Genuine => ({
      title: 'what SNS signed',
      source,
      sign: fromIvvy({}),
    }),
  ),
  { title: 'what SNS signed with SHA-256', source: 'ivvy', sign: fromIvvy({ signatureVersion: '2' }) },
  { title: 'what it signed 70 minutes ago', source: 'ivvy', sign: signedAgo(70) },
  { title: 'what it signed four minutes ahead', source: 'ivvy', sign: signedAgo(-4) },
  {
    title: 'what it signed, with a byte order mark before it: SNS signs the fields',
    source: 'ivvy',
    sign: withText((text) => `\ufeff${text}`),
  },
  {
    title: 'what it signed, whatever the headers say that nobody signed',
    source: 'ivvy',
    sign: withHeaders({
      'x-amz-sns-message-id': randomUUID(),
      'x-amz-sns-topic-arn': EVIL_TOPIC,
      host: 'evil.example',
    }),
  },
  {
    title: 'what it signed, with all that is not signed changed',
    source: 'ivvy',
    sign: changedTo({
      UnsubscribeURL: 'https://evil.example/',
      SigningCertUrl: 'https://evil.example/x.pem',
      SubscribeURL: 'https://evil.example/',
      Token: 'x',
      MessageAttributes: { url: { Type: 'String', Value: 'https://evil.example/' } },
    }),
  },
];

export const SNS_SOURCES = ['ivvy', 'ivvy-strict', 'ivvy-pinned'];
