import { test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, writeJson } from '../../lambdas/core/json.ts';
import { bodyText } from '../../lambdas/core/request.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { checkSnsEnvelope } from '../../lambdas/providers/ivvy/sns-envelope.ts';
import { parseBody, valueAt } from '../../lambdas/providers/shared/body-shape.ts';
import { meaningOf } from '../../lambdas/providers/shared/catalogue.ts';
import { headerValue, readHeaderList } from '../../lambdas/providers/shared/header-list.ts';
import { decodeExactly, readSignature } from '../../lambdas/providers/shared/hmac-signature.ts';
import { readTime } from '../../lambdas/providers/shared/provider-time.ts';
import { readSigningHeaders } from '../../lambdas/providers/shared/standard-webhooks/headers.ts';
import { readKeys } from '../../lambdas/providers/shared/standard-webhooks/keys.ts';
import { snsNotification } from '../../senders/sns.ts';
import { aRequest } from '../lambdas/support/deliveries.ts';
import { ivvySource, TOPIC } from '../lambdas/support/ivvy.ts';
import { reasonOf } from '../lambdas/support/rejections.ts';
import { runsOf } from './support/hostile.ts';
import { withinTime } from './support/processor-time.ts';
import { fuzz, TIMEOUT_MS } from './support/runs.ts';

/** As much as a string in a body can hold, and far more than API Gateway lets into a header. */
const MAX_LENGTH = 100_000;

const WITH_PATTERNS: Readonly<Record<string, (text: string) => unknown>> = {
  parseJson: (text) => reasonOf(() => parseBody(text)),
  'parseJson of a string': (text) => parseJson(JSON.stringify(text)),
  writeJson: (text) => writeJson(text),
  valueAt: (text) => valueAt([1], [text]),
  meaningOf: (text) => meaningOf(altovizCatalogue, text),
  readHeaderList: (text) => readHeaderList(text),
  headerValue: (text) => headerValue({ a: text }, 'a.v1'),
  'decodeExactly, hex': (text) => decodeExactly(text, 'hex'),
  'decodeExactly, base64': (text) => decodeExactly(text, 'base64'),
  readSignature: (text) => readSignature(text, 32),
  readTime: (text) => readTime(text),
  'readKeys, of a secret': (text) => readKeys(text),
  'readSigningHeaders, the signature': (text) =>
    reasonOf(() => readSigningHeaders({ 'w-id': 'a', 'w-timestamp': '1', 'w-signature': text }, 'w-')),
  'readSigningHeaders, the timestamp': (text) =>
    reasonOf(() => readSigningHeaders({ 'w-id': text, 'w-timestamp': text, 'w-signature': 'v1,a' }, 'w-')),
  ...Object.fromEntries(
    ['Type', 'MessageId', 'Timestamp', 'TopicArn', 'Signature', 'SigningCertURL', 'Subject', 'Message'].map(
      (field) => [
        `checkSnsEnvelope, ${field}`,
        (text: string) => {
          const request = aRequest(
            JSON.stringify({
              ...snsNotification(TOPIC, 'a message'),
              SignatureVersion: '1',
              Signature: 'AAAA',
              [field]: text,
            }),
            { receivedAt: new Date() },
          );
          return reasonOf(() => checkSnsEnvelope(bodyText(request), request, ivvySource()));
        },
      ],
    ),
  ),
};

test(
  'no text makes a pattern slow',
  () =>
    fuzz(
      fc.tuple(fc.constantFrom(...Object.keys(WITH_PATTERNS)), runsOf(MAX_LENGTH)),
      async ([name, text]) => {
        await withinTime(() => WITH_PATTERNS[name]?.(text));
      },
    ),
  TIMEOUT_MS,
);
