import type { IncomingMessage } from 'node:http';
import { FROM_WEBSITE } from '../support/own-requests.ts';

/**
 * Why a request is refused; undefined where it is allowed. The page can send deliveries and replays, which any website in the
 * same browser could try to request. So the `Host` must be the page's own, against DNS rebinding, and a request that changes
 * or reads something must come from the page itself, against request forgery.
 *
 * @param host the page's host: `127.0.0.1:8788`.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const refusal = (
  { method = 'GET', url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  host: string,
): string | undefined => {
  const port = host.replace(/^.*:/, '');
  const names = [host, `localhost:${port}`];
  if (!names.includes(headers.host ?? '')) return 'The Host header is not the host of the page';
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return FROM_WEBSITE;
  const asked = pageUrl(url, host);
  if (asked === undefined) return 'The path is invalid';
  const site = headers['sec-fetch-site'];
  if (asked.pathname.startsWith('/api/') && site !== undefined && site !== 'same-origin') return FROM_WEBSITE;
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers.origin === undefined) return 'The Origin header is missing';
  return headers['content-type'] === 'application/json' ? undefined : 'The body must be JSON';
};

/**
 * The URL that is asked for, as the page's routes read it; undefined for one of another host, such as `//example.com/api/live`.
 *
 * @param host the page's host.
 */
export const pageUrl = (url: string | undefined, host: string): URL | undefined => {
  const base = `http://${host}`;
  const asked = URL.parse(url ?? '/', base);
  return asked?.origin === URL.parse(base)?.origin ? (asked ?? undefined) : undefined;
};
