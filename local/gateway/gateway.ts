import { createServer, type IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import { BodyTooLargeError, readBody } from '../support/read-body.ts';
import { type GatewayResponse, ownResponse, toResponse } from './function-response.ts';
import { toEvent } from './request-event.ts';
import { matchRoute, type Route } from './routes.ts';
import { sendResponse } from './send-response.ts';

/** Responds like an API Gateway HTTP API. */
export interface Gateway {
  readonly url: string;
  /** Opens the routes. Until then every request is answered with 404. */
  open(api: HttpApi): void;
  stop(): Promise<void>;
}

/** An HTTP API of the template. */
export interface HttpApi {
  readonly id: string;
  readonly routes: readonly Route<Integration>[];
}

/** The target of a route. */
export interface Integration {
  /** @throws where there is no result. */
  invoke(event: APIGatewayProxyEventV2): Promise<unknown>;
  /** In ms; API Gateway allows 30 s at most. */
  readonly timeout: number;
}

/** A request that the gateway answered itself, without a result of a function. */
export interface OwnAnswer {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly message: string;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** The same quotas: request line and header values together. */
const MAX_HEADER_BYTES = 10_240;

/**
 * Starts the gateway without routes.
 *
 * @param port 0 selects a free port.
 * @param answered called with each request that the gateway answered itself.
 * @throws {PortTakenError}
 */
export const startGateway = async (port: number, answered: (answer: OwnAnswer) => void): Promise<Gateway> => {
  let api: HttpApi = { id: '', routes: [] };

  const respond = async (request: IncomingMessage): Promise<GatewayResponse> => {
    const receivedAt = new Date();
    const { method = '', url = '/' } = request;
    const [encodedPath = '', ...query] = url.split('?');
    const path = decodedPath(encodedPath);
    const own = (status: number, message: string): GatewayResponse => {
      answered({ at: receivedAt, method, path: path ?? encodedPath, status, message });
      return ownResponse(status, message);
    };
    if (path === undefined) return own(400, 'Bad Request');

    const match = matchRoute(api.routes, method, path);
    if (match === undefined) return own(404, 'Not Found');
    const { route, pathParameters } = match;

    let body: Buffer;
    try {
      body = await readBody(request, MAX_BODY_BYTES);
    } catch (error) {
      if (error instanceof BodyTooLargeError) return own(413, 'Request Entity Too Large');
      throw error;
    }

    const event = toEvent({
      request,
      path,
      query: query.join('?'),
      body,
      routeKey: route.key,
      pathParameters,
      apiId: api.id,
      receivedAt,
    });
    try {
      return toResponse(await within(route.target.timeout, route.target.invoke(event)));
    } catch {
      // The function's lines have the reason.
      return own(503, 'Service Unavailable');
    }
  };

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, async (request, response) => {
    let answer: GatewayResponse;
    try {
      answer = await respond(request);
    } catch {
      // The client has closed the connection.
      response.destroy();
      return;
    }
    sendResponse(request, response, answer);
  });
  const url = `http://${LOOPBACK}:${await listen(server, port)}`;

  return {
    url,
    open: (opened) => {
      api = opened;
    },
    stop: () => stopListening(server),
  };
};

/** @returns undefined where the encoding is invalid. */
const decodedPath = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const within = async <T>(ms: number, result: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
