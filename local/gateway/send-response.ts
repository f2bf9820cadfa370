import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GatewayResponse, ownResponse } from './function-response.ts';

/** Sends a response; 500 where a function returned an invalid header. */
export const sendResponse = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: GatewayResponse,
): void => {
  try {
    send(request, response, answer);
  } catch {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    send(request, response, ownResponse(500, 'Internal Server Error'));
  }
};

const send = (request: IncomingMessage, response: ServerResponse, answer: GatewayResponse): void => {
  const { status, headers, body } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
  // Discards the rest of the body, which would precede the next request on the same connection.
  request.resume();
};
