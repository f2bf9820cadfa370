import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT_ID } from '../aws/endpoints.ts';

/** A request with its route. */
export interface RoutedRequest {
  readonly request: IncomingMessage;
  /** Decoded: HTTP APIs decode even `rawPath`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly body: Buffer;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly apiId: string;
  readonly receivedAt: Date;
}

/**
 * The event of an HTTP API for a function, in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const toEvent = (routed: RoutedRequest): APIGatewayProxyEventV2 => {
  const { request, path, query, body, routeKey, pathParameters, apiId, receivedAt } = routed;
  const sourceIp = request.socket.remoteAddress ?? '';
  const { cookie, ...headers } = joinedHeaders(request, sourceIp, body.length);
  const text = body.length === 0 ? undefined : bodyText(body, headers['content-type']);
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers,
    ...(query !== '' && { queryStringParameters: joinedQuery(query) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: clfTime(receivedAt),
      timeEpoch: receivedAt.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: text ?? body.toString('base64') }),
    isBase64Encoded: body.length > 0 && text === undefined,
  };
};

/** By lower-case name, with repeated headers joined by commas, and with the headers that API Gateway adds. */
const joinedHeaders = (
  request: IncomingMessage,
  sourceIp: string,
  bodyBytes: number,
): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  const { 'transfer-encoding': _, 'x-forwarded-for': forwarded, ...kept } = headers;
  return {
    ...kept,
    // The length of the whole body, also of a chunked one.
    'content-length': String(bodyBytes),
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`,
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
};

const joinedQuery = (query: string): Record<string, string> => {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(parameters, name) ? `${parameters[name]},` : '';
    parameters[name] = `${before}${value}`;
  }
  return parameters;
};

/** The content types of text bodies; all others are passed on in base64. */
const TEXT_TYPE = /^(text\/.*|application\/(json|javascript|xml|.+\+json|.+\+xml))$/i;

/** @returns undefined where the body is binary, by its type or because it is not UTF-8. */
const bodyText = (body: Buffer, contentType = ''): string | undefined => {
  const [type = ''] = contentType.split(';');
  if (!TEXT_TYPE.test(type.trim())) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
const clfTime = (date: Date): string => {
  const [day, clock] = date.toISOString().split('T');
  const [year, month, dayOfMonth] = day?.split('-') ?? [];
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${clock?.slice(0, 8)} +0000`;
};
