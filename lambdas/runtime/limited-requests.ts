import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { GetLimits } from './outgoing-get.ts';

/**
 * Limits the HTTP requests of a library that offers no way to do so. Node's diagnostics channel reports each request that
 * it creates. A response that the library ignores is read to its end, which releases its connection.
 *
 * @param work starts its requests before it returns.
 * @param exceeded called with the reason when a request is aborted; the library itself may then report nothing.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export const limitRequests = (
  work: () => void,
  limits: GetLimits,
  exceeded: (reason: Error) => void,
): void => {
  const note = (message: unknown): void => {
    limit((message as { readonly request: ClientRequest }).request, limits, exceeded);
  };
  subscribe(CREATED, note);
  try {
    work();
  } finally {
    unsubscribe(CREATED, note);
  }
};

/** Published synchronously on creation, unlike `…start`, which waits for a connection. Since Node 22.12. */
const CREATED = 'http.client.request.created';

const limit = (
  request: ClientRequest,
  { timeoutMs, maxBytes }: GetLimits,
  exceeded: (reason: Error) => void,
): void => {
  const breakOff = (reason: string): void => {
    exceeded(new Error(reason));
    request.destroy();
  };
  const timer = setTimeout(() => breakOff(`no whole answer within ${timeoutMs} ms`), timeoutMs);
  request.once('close', () => clearTimeout(timer));
  request.once('response', (response) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) breakOff(`the answer is larger than ${maxBytes} bytes`);
    });
  });
};
