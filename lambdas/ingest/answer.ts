import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The response to the provider. It never says why a signature failed. */
export const answer = (
  statusCode: number,
  body: Readonly<Record<string, string>>,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    'content-type': 'application/json',
    ...(statusCode === 503 && { 'retry-after': '20' }),
  },
  body: JSON.stringify(body),
});
