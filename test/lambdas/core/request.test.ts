import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { bodyText, MAX_BODY_BYTES, toWebhookRequest } from '../../../lambdas/core/request.ts';
import { aRequest } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';
import { utf8Text } from '../support/text.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const apiEvent = (over: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'POST /hooks/billing',
  rawPath: '/hooks/billing',
  rawQueryString: '',
  headers: { 'content-type': 'text/plain', 'x-signature': 'aa,bb' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'api-id',
    domainName: 'id.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'id',
    http: {
      method: 'POST',
      path: '/hooks/billing',
      protocol: 'HTTP/1.1',
      sourceIp: '198.51.100.4',
      userAgent: '',
    },
    requestId: 'request-id',
    routeKey: 'POST /hooks/billing',
    stage: '$default',
    time: '11/Mar/2024:00:00:45 +0000',
    timeEpoch: 1_710_115_245_569,
  },
  isBase64Encoded: false,
  ...over,
});

test('the largest body fits into an invocation with each character escaped, beside the largest headers', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  const [invocation, headers] = [6 * 1024 * 1024, 10 * 1024];
  expect(2 * (MAX_BODY_BYTES + headers)).toBeLessThan(invocation);
});

describe('toWebhookRequest', () => {
  test('takes the sender and the clock from API Gateway, not from the headers', () => {
    const request = toWebhookRequest(
      apiEvent({ headers: { 'x-forwarded-for': '10.0.0.1', date: 'Tue, 15 Nov 1994 08:12:31 GMT' } }),
    );
    expect(request.sourceIp).toBe('198.51.100.4');
    expect(request.receivedAt).toEqual(new Date('2024-03-11T00:00:45.569Z'));
  });

  test('gives back the bytes as they came, sent as text or in base64', () => {
    fc.assert(
      fc.property(utf8Text(200), (body) => {
        expect(toWebhookRequest(apiEvent({ body })).body).toEqual(Buffer.from(body));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const event = apiEvent({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true });
        expect(toWebhookRequest(event).body).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('has the method, and the URL with its query as it was written', () => {
    expect(toWebhookRequest(apiEvent())).toMatchObject({
      method: 'POST',
      url: 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/billing',
    });
    expect(toWebhookRequest(apiEvent({ rawQueryString: 'a=%20b&a=c' })).url).toBe(
      'https://id.execute-api.eu-west-1.amazonaws.com/hooks/billing?a=%20b&a=c',
    );
  });

  test('a POST without a body has an empty one', () => {
    expect(toWebhookRequest(apiEvent()).body).toHaveLength(0);
  });

  test('headers come as API Gateway gives them: lower-case, several joined by a comma; the path by name', () => {
    const request = toWebhookRequest(apiEvent({ pathParameters: { event: 'task_created' } }));
    expect(request.headers).toEqual({ 'content-type': 'text/plain', 'x-signature': 'aa,bb' });
    expect(request.path).toEqual({ event: 'task_created' });
    expect(toWebhookRequest(apiEvent()).path).toEqual({});
  });
});

describe('bodyText', () => {
  test('is the text of the bytes, and its bytes are those again', () => {
    fc.assert(
      fc.property(utf8Text(200), (text) => {
        expect(bodyText(aRequest(text))).toBe(text);
      }),
    );
  });

  test('a byte order mark stays: what is stored is what was signed', () => {
    expect(bodyText(aRequest('\ufeff{}'))).toBe('\ufeff{}');
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut off', [0x7b, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('%s is no UTF-8', async (_, bytes) => {
    expect(await reasonOf(() => bodyText(aRequest(Buffer.from(bytes))))).toBe('body-not-json');
  });

  test('whatever the bytes are, they come back as they were or are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        const request = aRequest(Buffer.from(bytes));
        const reason = await reasonOf(() => expect(Buffer.from(bodyText(request))).toEqual(request.body));
        expect([undefined, 'body-not-json']).toContain(reason);
      }),
    );
  });
});
