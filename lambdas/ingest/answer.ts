import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { JsonValue } from '../core/json.ts';

/**
 * The response to the provider. It never says why a signature failed.
 *
 * @param body an object, which is written as JSON, or plain text.
 * @param headers further ones. Default: none.
 */
export const answer = (
  statusCode: number,
  body: Readonly<Record<string, JsonValue>> | string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    ...headers,
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    // The text is the sender's.
    ...(typeof body === 'string' && { 'x-content-type-options': 'nosniff' }),
    ...(statusCode === 503 && { 'retry-after': '20' }),
  },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
