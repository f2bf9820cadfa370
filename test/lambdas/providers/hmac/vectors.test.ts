import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { WebhookRequest } from '../../../../lambdas/core/request.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import { standardWebhooksScheme } from '../../../../lambdas/verification/schemes/standard-webhooks.ts';
import { verify } from '../../../../lambdas/verification/verify.ts';
import { aRequest } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { describeWith, sharedFolder } from '../../support/shared-folder.ts';
import { secretsOf } from '../../support/tampering.ts';

// Requests that others signed: from the senders' documentation, their libraries and their tests.

const FOLDER = 'senders/vectors';

/** How each sender signs, in the settings of `hmac`. */
const HMAC = {
  bitbucket: { header: 'x-hub-signature', prefix: 'sha256=' },
  calendly: {
    header: 'calendly-webhook-signature',
    signatureKey: 'v1',
    signedContent: '{calendly-webhook-signature.t}.{body}',
  },
  'coinbase-commerce': { header: 'x-cc-webhook-signature' },
  dropbox: { header: 'x-dropbox-signature' },
  gitea: { header: 'x-gitea-signature' },
  github: { header: 'x-hub-signature-256', prefix: 'sha256=' },
  'github-2': { header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1' },
  intercom: { header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1' },
  'jira-atlassian': { header: 'x-hub-signature', prefix: 'sha256=' },
  line: { header: 'x-line-signature', encoding: 'base64' },
  linear: { header: 'linear-signature' },
  'meta-whatsapp': { header: 'x-hub-signature-256', prefix: 'sha256=' },
  notion: { header: 'x-notion-signature', prefix: 'sha256=' },
  paddle: { header: 'paddle-signature', signatureKey: 'h1', signedContent: '{paddle-signature.ts}:{body}' },
  'paddle-2': {
    header: 'paddle-signature',
    signatureKey: 'h1',
    signedContent: '{paddle-signature.ts}:{body}',
  },
  pagerduty: { header: 'x-pagerduty-signature', signatureKey: 'v1' },
  razorpay: { header: 'x-razorpay-signature' },
  sentry: { header: 'sentry-hook-signature' },
  shopify: { header: 'x-shopify-hmac-sha256', encoding: 'base64' },
  slack: {
    header: 'x-slack-signature',
    prefix: 'v0=',
    signedContent: 'v0:{x-slack-request-timestamp}:{body}',
  },
  square: { header: 'x-square-hmacsha256-signature', encoding: 'base64', signedContent: '{url}{body}' },
  'square-2': { header: 'x-square-hmacsha256-signature', encoding: 'base64', signedContent: '{url}{body}' },
  stripe: { header: 'stripe-signature', signatureKey: 'v1', signedContent: '{stripe-signature.t}.{body}' },
  typeform: { header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64' },
  vercel: { header: 'x-vercel-signature', algorithm: 'sha1' },
  workos: { header: 'workos-signature', signatureKey: 'v1', signedContent: '{workos-signature.t}.{body}' },
  zoom: { header: 'x-zm-signature', prefix: 'v0=', signedContent: 'v0:{x-zm-request-timestamp}:{body}' },
} as const;

/** The prefix of the headers, by sender. */
const STANDARD_WEBHOOKS = {
  clerk: 'svix-',
  openai: 'webhook-',
  resend: 'svix-',
  'standard-webhooks': 'webhook-',
} as const;

describeWith(FOLDER, 'what others signed', () => {
  const read = (sender: string) => {
    const vector = JSON.parse(readFileSync(join(sharedFolder(FOLDER), `${sender}.json`), 'utf8'));
    const { now, headers, body, secret, url, method } = vector;
    const receivedAt = now === undefined ? new Date() : new Date(now * 1000);
    return { request: aRequest(body, { headers, receivedAt, url, method }), secret: String(secret) };
  };

  /** It verifies; with another byte in the body, or with another secret, it does not. */
  const expectGenuine = async (
    request: WebhookRequest,
    secret: string,
    verifies: (request: WebhookRequest, secret: string) => Promise<unknown>,
  ) => {
    expect(await reasonOf(() => verifies(request, secret))).toBeUndefined();
    const body = Buffer.from(request.body);
    body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    expect(await reasonOf(() => verifies({ ...request, body }, secret))).toBe('signature-mismatch');
    const other = secret.startsWith('whsec_') ? `whsec_${'A'.repeat(32)}` : `${secret}x`;
    expect(await reasonOf(() => verifies(request, other))).toBe('signature-mismatch');
  };

  test.each(Object.entries(HMAC))('%s', async (sender, options) => {
    const { request, secret } = read(sender);
    const settings = parseSettings(hmacSettings, sender, {
      name: sender,
      events: { 'a.created': 'a.created' },
      eventName: 'body:type',
      ...options,
    });
    await expectGenuine(request, secret, (one, key) => verify(one, hmac.scheme(settings), secretsOf(key)));
  });

  test.each(Object.entries(STANDARD_WEBHOOKS))('%s, by Standard Webhooks', async (sender, headerPrefix) => {
    const { request, secret } = read(sender);
    await expectGenuine(request, secret, (one, key) =>
      verify(one, standardWebhooksScheme(300, headerPrefix), secretsOf(key)),
    );
  });
});
