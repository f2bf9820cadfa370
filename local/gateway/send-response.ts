import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GatewayResponse, ownResponse } from './function-response.ts';

/** Sends an answer; 500 where a function gave a header that HTTP doesn't allow. */
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
  // What was not read would stand before the next request of the same connection.
  request.resume();
};
