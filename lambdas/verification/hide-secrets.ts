import type { WebhookRequest } from '../core/request.ts';
import { kindOf } from './place.ts';
import { textsAt } from './proof.ts';
import type { Scheme } from './scheme.ts';
import { secretHash } from './secret-hash.ts';
import { placesIn } from './signed-content.ts';

/** What of a source says which parts of a request are secret. */
export interface SecretParts {
  /** The places of the source's secret. */
  readonly places: readonly string[];
  readonly scheme?: Scheme | undefined;
  /** The headers that an event is made from. */
  readonly keptHeaders: readonly string[];
}

/** The parts of a request in which a secret is replaced by its hash. */
export type Hidden = Required<Pick<WebhookRequest, 'headers' | 'url' | 'hashed'>>;

/**
 * The headers and the URL of a request with hashes in place of secrets: of the source's secret, and of what has a name like
 * that of a secret and is not read to verify the delivery, since a source may be declared wrongly. The body stays as it is:
 * it is stored of accepted deliveries too.
 */
export const hideSecrets = (
  request: WebhookRequest,
  { places, scheme, keptHeaders }: SecretParts,
): Hidden => {
  const headers: Record<string, string | undefined> = { ...request.headers };
  const hashed = new Set<string>();
  let { url } = request;
  const from = { headers: request.headers, url: request.url, body: null };
  const { prefix = '', separators } = scheme?.proof ?? {};
  for (const place of places.filter((one) => ['header', 'query'].includes(kindOf(one)))) {
    hashed.add(place);
    if (kindOf(place) === 'query') {
      url = withQuery(url, (name, value) => (name === nameOf(place) ? hashOf(value, prefix) : value));
      continue;
    }
    const secrets = textsAt(place, from, separators)
      .map((text) => partsOf(text, prefix).secret)
      .filter((secret) => secret !== '');
    for (const name of Object.keys(headers).filter((header) => isHeaderOf(place, header))) {
      const text = headers[name] ?? '';
      headers[name] =
        secrets.length === 0
          ? secretHash(text)
          : secrets.reduce((rest, secret) => rest.replaceAll(secret, secretHash(secret)), text);
    }
  }

  const read = placesRead(scheme, places);
  const isRead = (place: string): boolean => read.has(place) || hashed.has(place);
  for (const [name, text] of Object.entries(headers)) {
    const place = `header:${name}`;
    const isHidden = places.some((one) => isHeaderOf(one, name));
    if (text === undefined || isHidden || !SECRET_NAME.test(name)) continue;
    if ([...read].some((one) => isHeaderOf(one, name)) || keptHeaders.includes(name)) continue;
    headers[name] = hashOf(text, prefix);
    hashed.add(place);
  }
  // A signed URL stays as it was signed.
  if (!read.has('url')) {
    url = withQuery(url, (name, value) => {
      const place = `query:${name}`;
      if (!SECRET_NAME.test(name) || isRead(place)) return value;
      hashed.add(place);
      return hashOf(value, prefix);
    });
  }
  return { headers, url, hashed };
};

/** The places that are read to verify a delivery, without those of the secret itself. */
const placesRead = (scheme: Scheme | undefined, secret: readonly string[]): ReadonlySet<string> => {
  if (scheme === undefined) return new Set();
  const { proof, content, time, bodyHash } = scheme;
  const all = [...proof.at, ...(content === undefined ? [] : placesIn(content)), time?.at, bodyHash];
  return new Set(all.filter((place) => place !== undefined && !secret.includes(place)) as string[]);
};

/** The names of headers and parameters that may hold a secret. */
const SECRET_NAME = /authorization|cookie|token|secret|passw|api-?_?key/i;

/** What stands before a secret in a header: `Bearer `. */
const SCHEME_WORD = /^(?:basic|bearer|token|apikey) +/i;

/** A text as what stands before the secret, and the secret. */
const partsOf = (text: string, prefix: string): { readonly before: string; readonly secret: string } => {
  const before = prefix !== '' && text.startsWith(prefix) ? prefix : (SCHEME_WORD.exec(text)?.[0] ?? '');
  return { before, secret: text.slice(before.length) };
};

const hashOf = (text: string, prefix: string): string => {
  const { before, secret } = partsOf(text, prefix);
  return secret === '' ? before : `${before}${secretHash(secret)}`;
};

const nameOf = (place: string): string => place.slice(place.indexOf(':') + 1);

/** Whether a place is in a header. */
const isHeaderOf = (place: string, header: string): boolean => {
  if (kindOf(place) !== 'header') return false;
  const name = nameOf(place);
  if (name.endsWith('*')) return header.startsWith(name.slice(0, -1));
  return name.split('.')[0] === header;
};

/** The URL with other values of parameters. Those that stay the same stay as they were written. */
export const withQuery = (url: string, change: (name: string, value: string) => string): string => {
  const question = url.indexOf('?');
  if (question === -1) return url;
  const pairs = url
    .slice(question + 1)
    .split('&')
    .map((pair) => {
      const [[name, value] = ['', '']] = new URLSearchParams(pair);
      const changed = change(name, value);
      return changed === value ? pair : `${encodeURIComponent(name)}=${encodeURIComponent(changed)}`;
    });
  return `${url.slice(0, question)}?${pairs.join('&')}`;
};
