import type { IncomingMessage } from 'node:http';

/**
 * Why a request is not answered; undefined where it is. The page can send deliveries and replays, and any website that is
 * open in the same browser could ask it to: so a request must be for this address by its own name, which a website's name
 * that was made to lead here is not, and what changes something or tells something must come from the page itself.
 *
 * @param host what the page is called: `127.0.0.1:8788`.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const refusal = (
  { method = 'GET', url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  host: string,
): string | undefined => {
  const port = host.replace(/^.*:/, '');
  const names = [host, `localhost:${port}`];
  if (!names.includes(headers.host ?? '')) return 'The page is not known by that name';
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    return 'Another website has no business here';
  const site = headers['sec-fetch-site'];
  if (url.startsWith('/api/') && site !== undefined && site !== 'same-origin')
    return 'Another website has no business here';
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers.origin === undefined) return 'It does not say where it comes from';
  return headers['content-type'] === 'application/json' ? undefined : 'It is no JSON';
};
