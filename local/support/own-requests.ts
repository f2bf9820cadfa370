import type { IncomingMessage, Server } from 'node:http';
import { LOOPBACK } from './listen.ts';

/**
 * Lets a server of the local stack answer programs on this machine only, and no website that is open in a browser on it.
 * Wraps the listeners that the server has, so it has to be called behind them.
 */
export const ownRequestsOnly = (server: Server): void => {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const reason = refusal(request);
    if (reason === undefined) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    response
      .writeHead(403, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(reason) })
      .end(reason);
  });
};

/**
 * Why a request is refused; undefined where it is allowed. A browser says where a request comes from, and the CLI and the
 * SDKs of AWS say nothing of the kind. The `Host` must be this machine's, against DNS rebinding.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
const refusal = ({ headers, socket }: IncomingMessage): string | undefined => {
  if (!isOwnHost(headers.host, socket.localPort)) return 'The Host header is not the host of this server';
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined || (site !== undefined && site !== 'none')) return FROM_WEBSITE;
  return undefined;
};

export const FROM_WEBSITE = 'Requests from other websites are refused';

/**
 * Whether a `Host` header names this machine and the port of the connection. `bucket.localhost` is this machine too: browsers
 * ask no name server for it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
export const isOwnHost = (host: string | undefined, port: number | undefined): boolean => {
  const name = host?.endsWith(`:${port}`) ? host.slice(0, -`:${port}`.length).toLowerCase() : undefined;
  return name === LOOPBACK || name === 'localhost' || name?.endsWith('.localhost') === true;
};
