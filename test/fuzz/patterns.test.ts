import { test } from '@jest/globals';
import fc from 'fast-check';
import { parseBody, valueAt } from '../../lambdas/core/body-shape.ts';
import { parseJson, writeJson } from '../../lambdas/core/json.ts';
import { bodyText } from '../../lambdas/core/request.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { ivvyAddressee } from '../../lambdas/providers/ivvy/topic.ts';
import { meaningOf } from '../../lambdas/providers/shared/catalogue.ts';
import { checkSnsEnvelope } from '../../lambdas/providers/shared/sns/envelope.ts';
import { readBodyAs } from '../../lambdas/verification/body-form.ts';
import { headerValue, readHeaderList } from '../../lambdas/verification/header-list.ts';
import { isCutOnce } from '../../lambdas/verification/openings.ts';
import { readProofs } from '../../lambdas/verification/proof.ts';
import { readTime } from '../../lambdas/verification/provider-time.ts';
import { standardWebhooksScheme } from '../../lambdas/verification/schemes/standard-webhooks.ts';
import { readKeys } from '../../lambdas/verification/schemes/standard-webhooks-keys.ts';
import { decodeExactly, readSignature } from '../../lambdas/verification/signature-text.ts';
import { partsOf } from '../../lambdas/verification/signed-content.ts';
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
  'readProofs, of Standard Webhooks': (text) =>
    reasonOf(() =>
      readProofs(standardWebhooksScheme(300).proof, { headers: { 'webhook-signature': text }, body: null }),
    ),
  'readProofs, of a list': (text) =>
    reasonOf(() =>
      readProofs(
        { at: ['header:a.1+', 'header:a.v1', 'query:a'], prefix: '', encoding: 'any', bytes: 32 },
        { headers: { a: text }, url: `?a=${text}`, body: null },
      ),
    ),
  'partsOf, of a template': (text) => partsOf(text),
  isCutOnce: (text) => isCutOnce(partsOf(text), 'json', undefined),
  'readBodyAs, a form': (text) => reasonOf(() => readBodyAs('form', text)),
  'readBodyAs, lines': (text) => reasonOf(() => readBodyAs('json-lines', text)),
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
          return reasonOf(() => checkSnsEnvelope(bodyText(request), request, ivvyAddressee(ivvySource())));
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
