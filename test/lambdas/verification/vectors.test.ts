import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { type ProviderName, providerNamed } from '../../../lambdas/providers/index.ts';
import type { Scheme } from '../../../lambdas/verification/scheme.ts';
import { verify } from '../../../lambdas/verification/verify.ts';
import { aRequest } from '../support/deliveries.ts';
import { jwt } from '../support/jwt.ts';
import { reasonOf } from '../support/rejections.ts';
import { describeWith, sharedFolder } from '../support/shared-folder.ts';
import { secretsOf } from '../support/tampering.ts';

// Requests that others signed: from the senders' documentation, their libraries and their tests. Each is declared by
// the settings of a provider, and verified. With any byte changed of what is signed, it is not.

const FOLDER = 'senders/vectors';

/** One request of a file: the fields that are read here. */
interface Vector {
  readonly secret: string | readonly string[];
  readonly method: string;
  readonly url: string | null;
  /** The URL as the sender wrote it, where the request has another. */
  readonly signedUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In seconds. */
  readonly now?: number;
  readonly version?: string;
  readonly certificatePem?: string;
}

/** How a sender signs. A function where that depends on the vector. */
interface Declaration {
  readonly provider: ProviderName;
  readonly settings: object | ((vector: Vector) => object);
  /** The parts of a body that are signed, where it is not the whole: each byte of these values. Default: the body. */
  readonly signedTexts?: readonly string[];
  /** Of the headers, those of which each byte is signed. Default: none. */
  readonly signedHeaders?: readonly string[];
  /** Whether the query is signed. Default: no. */
  readonly signsUrl?: boolean;
  /** What the vector says of its sender that the declaration doesn't. */
  readonly vectorOf?: (vector: Vector) => Partial<Vector>;
}

const hmac = (
  settings: Declaration['settings'],
  more: Omit<Declaration, 'provider' | 'settings'> = {},
): Declaration => ({ provider: 'hmac', settings, ...more });
const standardWebhooks = (headerPrefix: string): Declaration => ({
  provider: 'standard-webhooks',
  settings: { headerPrefix },
  signedHeaders: [`${headerPrefix}id`, `${headerPrefix}timestamp`],
});

/** HubSpot's versions 2 and 3 sign the URL beside the body, so that only JSON shows where it begins. */
const BODIES_TO_REFUSE: ReadonlySet<string> = new Set(['', "{'example_field':'example_value'}"]);

const GITHUB = { header: 'x-hub-signature-256', prefix: 'sha256=' };
const ATLASSIAN = { header: 'x-hub-signature', prefix: 'sha256=' };
const PADDLE = {
  header: 'paddle-signature',
  signatureKey: 'h1',
  separators: { entries: ';', pair: '=' },
  signedContent: '{paddle-signature.ts}:{body}',
  timestamp: 'header:paddle-signature.ts',
  timestampUnit: 'seconds',
};
const SQUARE = {
  header: 'x-square-hmacsha256-signature',
  encoding: 'base64',
  signedContent: '{url}{body}',
};
const ADYEN_ITEM = [
  'pspReference',
  'originalReference',
  'merchantAccountCode',
  'merchantReference',
  'amount.value',
  'amount.currency',
  'eventCode',
  'success',
].map((path) => `{item:NotificationRequestItem.${path}}`);

const HUBSPOT = {
  v1: { header: 'x-hubspot-signature', signedContent: '{secret}{body}' },
  v2: { header: 'x-hubspot-signature', signedContent: '{secret}{method}{url}{body}' },
  v3: {
    header: 'x-hubspot-signature-v3',
    encoding: 'base64',
    signedContent: '{method}{url}{body}{x-hubspot-request-timestamp}',
    timestamp: 'header:x-hubspot-request-timestamp',
    timestampUnit: 'milliseconds',
  },
} as const;

const twilio = ({ headers, url, signedUrl }: Vector) => ({
  header: 'x-twilio-signature',
  algorithm: 'sha1',
  encoding: 'base64',
  ...(signedUrl !== url && { url: signedUrl }),
  ...(headers['content-type'] === 'application/json'
    ? { signedContent: '{url}', bodyHash: 'query:bodySHA256' }
    : { signedContent: '{url}{form:sorted}', bodyForm: 'form' }),
});

/** Every file, with how its sender signs. */
const DECLARED: Readonly<Record<string, Declaration>> = {
  adyen: hmac(
    {
      items: 'body:notificationItems',
      signature: 'item:NotificationRequestItem.additionalData.hmacSignature',
      encoding: 'base64',
      secretEncoding: 'hex',
      signedContent: ADYEN_ITEM.join(':'),
      unsignedBody: true,
      eventName: 'item:NotificationRequestItem.eventCode',
    },
    {
      signedTexts: ['"pspReference"', 'merchantAccount"', 'reference"', '1000', 'EUR', 'REPORT_AVAILABLE'],
    },
  ),
  'adyen-banking': hmac({ header: 'hmacsignature', encoding: 'base64', secretEncoding: 'hex' }),
  bitbucket: hmac(ATLASSIAN),
  box: hmac(
    {
      signature: ['header:box-signature-primary', 'header:box-signature-secondary'],
      encoding: 'base64',
      signedContent: '{body}{box-delivery-timestamp}',
      timestamp: 'header:box-delivery-timestamp',
      timestampUnit: 'iso',
    },
    { signedHeaders: ['box-delivery-timestamp'] },
  ),
  calendly: hmac({
    header: 'calendly-webhook-signature',
    signatureKey: 'v1',
    signedContent: '{calendly-webhook-signature.t}.{body}',
    timestamp: 'header:calendly-webhook-signature.t',
  }),
  chargebee: {
    provider: 'token',
    settings: { token: 'header:authorization', tokenForm: 'basic' },
    signedTexts: [],
    signedHeaders: ['authorization'],
  },
  clerk: standardWebhooks('svix-'),
  'coinbase-commerce': hmac({ header: 'x-cc-webhook-signature' }),
  docusign: hmac({ signature: 'header:x-docusign-signature-*', encoding: 'base64' }),
  dropbox: hmac({ header: 'x-dropbox-signature' }),
  gitea: hmac({ header: 'x-gitea-signature' }),
  github: hmac(GITHUB),
  'github-2': hmac({ header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1' }),
  'gitlab-token': {
    provider: 'token',
    settings: { token: 'header:x-gitlab-token' },
    signedTexts: [],
    signedHeaders: ['x-gitlab-token'],
  },
  hubspot: hmac(({ version }) => HUBSPOT[version as keyof typeof HUBSPOT]),
  intercom: hmac({ header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1' }),
  'jira-atlassian': hmac(ATLASSIAN),
  line: hmac({ header: 'x-line-signature', encoding: 'base64' }),
  linear: hmac({ header: 'linear-signature' }),
  mailgun: hmac(
    {
      signature: 'body:signature.signature',
      signedContent: '{body:signature.timestamp}{body:signature.token}',
      unsignedBody: true,
      timestamp: 'body:signature.timestamp',
      timestampUnit: 'seconds',
    },
    { signedTexts: ['1403645220', '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6'] },
  ),
  'meta-whatsapp': hmac(GITHUB),
  notion: hmac({ header: 'x-notion-signature', prefix: 'sha256=' }),
  openai: standardWebhooks('webhook-'),
  paddle: hmac(PADDLE),
  'paddle-2': hmac(PADDLE),
  pagerduty: hmac({ header: 'x-pagerduty-signature', signatureKey: 'v1' }),
  paypal: {
    provider: 'public-key',
    settings: ({ secret, certificatePem }: Vector) => ({
      signature: 'header:paypal-transmission-sig',
      algorithm: 'rsa-sha256',
      publicKeys: [certificatePem],
      signedContent: `{paypal-transmission-id}|{paypal-transmission-time}|${secret}|{crc32:body}`,
      timestamp: 'header:paypal-transmission-time',
      timestampUnit: 'iso',
    }),
    signedHeaders: ['paypal-transmission-id', 'paypal-transmission-time'],
  },
  plaid: {
    provider: 'jwt',
    settings: ({ secret }: Vector) => ({
      token: 'header:plaid-verification',
      algorithms: ['ES256'],
      publicKeys: [secret],
      bodyHashClaim: 'request_body_sha256',
      maxAge: 300,
    }),
    signedHeaders: ['plaid-verification'],
  },
  razorpay: hmac({ header: 'x-razorpay-signature' }),
  resend: standardWebhooks('svix-'),
  sendgrid: {
    provider: 'public-key',
    settings: ({ secret }: Vector) => ({
      signature: 'header:x-twilio-email-event-webhook-signature',
      algorithm: 'ecdsa-sha256',
      publicKeys: [secret],
      signedContent: '{x-twilio-email-event-webhook-timestamp}{body}',
      timestamp: 'header:x-twilio-email-event-webhook-timestamp',
      timestampUnit: 'seconds',
    }),
    signedHeaders: ['x-twilio-email-event-webhook-timestamp'],
  },
  sentry: hmac({ header: 'sentry-hook-signature' }),
  shopify: hmac({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),
  slack: hmac(
    ({ headers }) => ({
      header: 'x-slack-signature',
      prefix: 'v0=',
      signedContent: 'v0:{x-slack-request-timestamp}:{body}',
      timestamp: 'header:x-slack-request-timestamp',
      timestampUnit: 'seconds',
      bodyForm: headers['content-type'] === 'application/json' ? 'json' : 'form',
    }),
    { signedHeaders: ['x-slack-request-timestamp'] },
  ),
  square: hmac(SQUARE, { signsUrl: true }),
  'square-2': hmac(SQUARE, { signsUrl: true }),
  'standard-webhooks': standardWebhooks('webhook-'),
  stripe: hmac({
    header: 'stripe-signature',
    signatureKey: 'v1',
    signedContent: '{stripe-signature.t}.{body}',
    timestamp: 'header:stripe-signature.t',
    timestampUnit: 'seconds',
  }),
  // A URL with a user, a port or http is no address of the gate, but the sender's own may be declared.
  twilio: hmac(twilio, { signsUrl: true }),
  typeform: hmac({ header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64' }),
  vercel: hmac({ header: 'x-vercel-signature', algorithm: 'sha1' }),
  // WooCommerce's test signs with an empty secret, which no source may have: here it is only the model that is asked.
  woocommerce: hmac({ header: 'x-wc-webhook-signature', encoding: 'base64' }),
  workos: hmac({
    header: 'workos-signature',
    signatureKey: 'v1',
    signedContent: '{workos-signature.t}.{body}',
    timestamp: 'header:workos-signature.t',
    timestampUnit: 'milliseconds',
  }),
  zoom: hmac(
    {
      header: 'x-zm-signature',
      prefix: 'v0=',
      signedContent: 'v0:{x-zm-request-timestamp}:{body}',
      timestamp: 'header:x-zm-request-timestamp',
    },
    { signedHeaders: ['x-zm-request-timestamp'], vectorOf: () => ({ now: 1_697_204_592 }) },
  ),
};

/** Files that no declaration fits, each with the reason. */
const NOT_EXPRESSIBLE: Readonly<Record<string, string>> = {};

/** Vectors of a file that no declaration fits, by what the file notes of them. */
const NOT_EXPRESSIBLE_NOTES: Readonly<Record<string, string>> = {
  'http with explicit port': 'the sender’s URL is http, and the setting url takes https only',
  'http, sender signed with :80': 'the sender’s URL is http, and the setting url takes https only',
};

const SETTINGS = { name: 'acme', catalogue: { 'a.created': 'a.created' }, eventName: 'body:type' };
const PLACES_OF_ITS_OWN = new Set<ProviderName>(['standard-webhooks']);

describeWith(FOLDER, 'what others signed', () => {
  const files = readdirSync(sharedFolder(FOLDER)).map((file) => file.replace(/\.json$/, ''));

  test('is declared, file by file, or named with the reason why it can’t be', () => {
    expect(files.sort()).toEqual([...Object.keys(DECLARED), ...Object.keys(NOT_EXPRESSIBLE)].sort());
  });

  const vectors = files.flatMap((file) => {
    const { more = [], ...first } = JSON.parse(
      readFileSync(join(sharedFolder(FOLDER), `${file}.json`), 'utf8'),
    );
    return [first, ...more].map(
      (vector: Vector & { readonly note?: string }, index) =>
        [file, index, vector, vector.note ?? ''] as const,
    );
  });
  const isExpressible = (note: string): boolean => !Object.hasOwn(NOT_EXPRESSIBLE_NOTES, note);

  test('has no vector that is named and not there', () => {
    const named = vectors.filter(([, , , note]) => !isExpressible(note)).map(([, , , note]) => note);
    expect(named.sort()).toEqual(Object.keys(NOT_EXPRESSIBLE_NOTES).sort());
  });

  describe.each(vectors.filter(([file, , , note]) => Object.hasOwn(DECLARED, file) && isExpressible(note)))(
    '%s, vector %d',
    (file, _, vector) => {
      const declaration = DECLARED[file] as Declaration;
      const { provider, signedTexts, signedHeaders = [], signsUrl = false } = declaration;
      const { secret, headers, body, method, url, now } = { ...vector, ...declaration.vectorOf?.(vector) };
      const secrets = [secret].flat();
      const request = aRequest(body, {
        headers,
        method,
        ...(url !== null && { url }),
        receivedAt: now === undefined ? new Date() : new Date(now * 1000),
      });
      const options =
        typeof declaration.settings === 'function' ? declaration.settings(vector) : declaration.settings;
      const { eventName, ...common } = SETTINGS;
      const settings = parseSettings(providerNamed(provider).settings, 'acme', {
        ...common,
        ...(!PLACES_OF_ITS_OWN.has(provider) && { eventName }),
        ...options,
      }) as never;
      const verdict = (over: Partial<WebhookRequest>, keys = secrets) =>
        reasonOf(() =>
          provider === 'jwt'
            ? // What the model alone doesn't verify.
              jwt.authenticate({ ...request, ...over }, settings, secretsOf(...keys))
            : verify(
                { ...request, ...over },
                providerNamed(provider).scheme?.(settings) as Scheme,
                secretsOf(...keys),
              ),
        );
      const isRefused = (reason: string | undefined) =>
        expect(reason).toMatch(
          /^(signature-(mismatch|malformed|missing)|body-(shape|not-json)|stale|future)$/,
        );

      const expected = BODIES_TO_REFUSE.has(body) ? 'body-not-json' : undefined;
      test(expected === undefined ? 'verifies' : 'verifies, and its body is refused', async () => {
        expect(await verdict({})).toBe(expected);
      });

      const spans = (signedTexts ?? [body]).map((text) => {
        const at = Buffer.from(body).indexOf(text);
        if (at === -1) throw new Error(`${file} has no ${text} in its body`);
        return [at, at + Buffer.byteLength(text)] as const;
      });

      test('does not with any byte of the body changed', async () => {
        // A long body is changed in some places only: each signature of a public key takes a tenth of a millisecond.
        for (const [from, to] of spans) {
          for (let at = from; at < to; at += Math.max(1, Math.floor((to - from) / 500))) {
            const changed = Buffer.from(request.body);
            changed[at] = (changed[at] ?? 0) ^ 1;
            const reason = await verdict({ body: changed });
            isRefused(reason);
            if (provider === 'jwt') expect(reason).toBe('signature-mismatch');
          }
        }
      });

      test('does not with any character of a signed header changed', async () => {
        for (const [name, value] of signedHeaders.map((name) => [name, headers[name] ?? ''] as const)) {
          for (let at = 0; at < value.length; at++) {
            const other = String.fromCharCode(value.charCodeAt(at) ^ 1);
            const changed = value.slice(0, at) + other + value.slice(at + 1);
            const reason = await verdict({ headers: { ...headers, [name]: changed } });
            isRefused(reason);
          }
        }
      });

      if (signsUrl) {
        test('does not with another parameter in the query', async () => {
          const other = `${request.url}${request.url.includes('?') ? '&' : '?'}x=1`;
          const isPinned = 'url' in options;
          const reason = await verdict({ url: other });
          if (isPinned) expect(reason).toBeUndefined();
          else expect(reason).toBe('signature-mismatch');
        });
      }

      if (provider === 'hmac' || provider === 'standard-webhooks' || provider === 'token') {
        test('does not with another secret', async () => {
          const others = secrets.map((each) => {
            if (each.startsWith('whsec_')) return `whsec_${'A'.repeat(32)}`;
            return /^[0-9A-F]{64}$/.test(each) ? each.replace(/[0-9]/g, '7') : `${each}x`;
          });
          expect(await verdict({}, others)).toBe('signature-mismatch');
        });
      }
    },
  );
});

test('says of what can’t be declared why', () => {
  for (const reason of [...Object.values(NOT_EXPRESSIBLE), ...Object.values(NOT_EXPRESSIBLE_NOTES)]) {
    expect(reason).toMatch(/\w/);
  }
});
