import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The response to the provider: a status and a word or two, never why a signature failed. */
export const answer = (
  statusCode: number,
  body: Readonly<Record<string, string>>,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    'content-type': 'application/json',
    // Our own faults pass; a provider that heeds this comes back before it gives up.
    ...(statusCode === 503 && { 'retry-after': RETRY_AFTER_SECONDS }),
  },
  body: JSON.stringify(body),
});

const RETRY_AFTER_SECONDS = '20';
