import type { WebhookRequest } from '../../../core/request.ts';
import type { Scheme } from '../../scheme.ts';
import { partsOf } from '../../signed-content.ts';
import type { Change } from '../change.ts';

/** A change of the URL, and the URL that it makes. */
interface UrlChange extends Change {
  readonly to: string;
}

const SETTING = 'Set url to the URL as it is registered at the sender';

/** What the sender may have taken for the URL. None if the URL isn't signed. */
export const urlChanges = (request: WebhookRequest, { content, url }: Scheme): readonly Change[] => {
  if (content === undefined || !partsOf(content).some(({ name }) => name === 'url')) return [];
  const signed = withQuery(url, request.url);
  const change = (code: string, changed: string, says: string): readonly UrlChange[] => {
    if (changed === signed) return [];
    const apply: Change['apply'] = (attempt) => ({
      ...attempt,
      scheme: { ...attempt.scheme, url: undefined },
      request: { ...attempt.request, url: changed },
    });
    return [{ code, subject: 'url', says, to: changed, apply }];
  };
  const [base = '', query] = splitAt(signed, '?');
  const tail = query === undefined ? '' : `?${query}`;
  const { origin, path } = partsOfUrl(base);
  const { headers } = request;
  const hosts = ['x-forwarded-host', 'x-original-host', 'host'].flatMap((name) => headers[name] ?? []);
  const changes = [
    ...(url === undefined
      ? []
      : change(
          'url-as-received',
          request.url,
          'It fits the URL that the gate received, not the one of the setting url: leave url out.',
        )),
    change(
      'url-with-http',
      signed.replace(/^https:/, 'http:'),
      'It fits the URL with http:// in place of https://. Register the URL with https:// at the sender.',
    ),
    change(
      'url-with-https',
      signed.replace(/^http:/, 'https:'),
      'It fits the URL with https:// in place of http://, as the gate gets it: only the capture differs.',
    ),
    change(
      'url-with-trailing-slash',
      `${base}/${tail}`,
      `It fits the URL with a slash at its end. ${SETTING}, with the slash.`,
    ),
    change(
      'url-without-trailing-slash',
      base.replace(/\/$/, '') + tail,
      `It fits the URL without the slash at its end. ${SETTING}, without the slash.`,
    ),
    change(
      'url-without-query',
      base,
      'It fits the URL without its query. The sender signs it without: register the URL without a query.',
    ),
    change(
      'url-with-default-port',
      /:\d+$/.test(origin) ? signed : `${origin}:443${path}${tail}`,
      `It fits the URL with the port :443. ${SETTING}, with the port.`,
    ),
    change(
      'url-without-port',
      `${origin.replace(/:\d+$/, '')}${path}${tail}`,
      `It fits the URL without the port. ${SETTING}, without the port.`,
    ),
    change('url-path-only', path + tail, 'It fits the path and the query alone: no setting says so.'),
    change(
      'url-decoded',
      decoded(signed),
      'It fits the URL with its percent escapes decoded: register a URL without such characters.',
    ),
    change(
      'url-normalized',
      URL.parse(signed)?.href ?? signed,
      'It fits the URL as libraries normalize it: register a URL without characters that they escape.',
    ),
    ...hosts.map((host) =>
      change(
        'url-with-forwarded-host',
        `https://${host}${path}${tail}`,
        `It fits the URL with the host that a header names: a proxy stands before the gate. ${SETTING}.`,
      ),
    ),
  ].flat();
  return changes.filter((one, index) => changes.findIndex(({ to }) => to === one.to) === index);
};

/** As a template fills it in. */
const withQuery = (own: string | undefined, url: string): string => {
  const [, query] = splitAt(url, '?');
  return own === undefined ? url : own.includes('?') || query === undefined ? own : `${own}?${query}`;
};

const splitAt = (text: string, mark: string): readonly [string, string?] => {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

const partsOfUrl = (url: string): { readonly origin: string; readonly path: string } => {
  const match = /^(https?:\/\/[^/]*)(.*)$/s.exec(url);
  return { origin: match?.[1] ?? '', path: match?.[2] ?? url };
};

const decoded = (url: string): string => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};
