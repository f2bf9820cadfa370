import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { GetLimits } from './outgoing-get.ts';

/**
 * Lets a library do its work, and holds the requests that it starts on the way to limits. For one that makes its requests
 * itself, hands none of them out and sets no limit: Node says which they are. An answer that the library doesn't read is
 * read to its end, or its connection would never be free again.
 *
 * @param work starts its requests before it returns.
 * @param exceeded called with the reason when a request was broken off; the library may then never say anything.
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

/** Said while the request is made, unlike `…start`, which waits for a connection. Since Node 22.12. */
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
