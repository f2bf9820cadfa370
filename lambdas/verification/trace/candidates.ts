import { identifier, type JsonValue } from '../../core/json.ts';
import { bodyText, type WebhookRequest } from '../../core/request.ts';
import { formEntries, readBodyAs } from '../body-form.ts';
import { readHeaderList } from '../header-list.ts';
import { readTime } from '../provider-time.ts';
import { formOf, knownPrefix, SIGNATURE_BYTES } from './text-form.ts';

/** A value somewhere in a request, with the place that names it. */
export interface LocatedText {
  readonly at: string;
  readonly text: string;
}

/** A value that looks like a signature. */
export interface ProofCandidate {
  readonly at: string;
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64';
  readonly bytes: number;
}

const MAX_TEXTS = 400;
const MAX_DEPTH = 6;

/** The texts of a request: of headers and of what they list, of the query, and of the body. */
export const textsIn = (request: WebhookRequest): readonly LocatedText[] =>
  [...headerTexts(request), ...queryTexts(request), ...bodyTexts(request)].slice(0, MAX_TEXTS);

const headerTexts = ({ headers }: WebhookRequest): readonly LocatedText[] =>
  Object.entries(headers).flatMap(([name, text]) => {
    if (text === undefined || text === '' || !/^[a-z0-9-]+$/.test(name)) return [];
    const numbered = /^(.*-)1$/.exec(name)?.[1];
    const listed = text.includes('=') ? (readHeaderList(text) ?? []) : [];
    const keys = new Set(listed.map(([key]) => key));
    return [
      { at: `header:${name}`, text },
      ...(numbered === undefined ? [] : [{ at: `header:${numbered}*`, text }]),
      ...[...keys].map((key) => ({
        at: `header:${name}.${key}`,
        text: listed.find(([each]) => each === key)?.[1] ?? '',
      })),
      ...positions(name, text),
    ];
  });

/** The entries of a list without keys: a time, and then signatures. */
const positions = (name: string, text: string): readonly LocatedText[] => {
  const entries = text.split(/[,;] ?/);
  if (entries.length < 2 || entries.length > 20 || entries.some((entry) => /\s/.test(entry))) return [];
  return entries.flatMap((entry, index) => [
    { at: `header:${name}.${index}`, text: entry },
    ...(index > 0 && index < entries.length - 1 ? [{ at: `header:${name}.${index}+`, text: entry }] : []),
  ]);
};

const queryTexts = ({ url }: WebhookRequest): readonly LocatedText[] => {
  const question = url.indexOf('?');
  if (question === -1) return [];
  return [...new URLSearchParams(url.slice(question))].flatMap(([name, text]) =>
    /^[\w.~-]+$/.test(name) && text !== '' ? [{ at: `query:${name}`, text }] : [],
  );
};

const bodyTexts = (request: WebhookRequest): readonly LocatedText[] => {
  const text = textOf(request);
  if (text === undefined) return [];
  try {
    return leaves(readBodyAs('json', text), []);
  } catch {
    // A form, or neither.
  }
  if (!/^[^\s{[<"]+=/.test(text)) return [];
  return formEntries(text).flatMap(([name, value]) =>
    /^[\w-]{1,40}$/.test(name) ? [{ at: `body:${name}`, text: value }] : [],
  );
};

const textOf = (request: WebhookRequest): string | undefined => {
  try {
    return bodyText(request);
  } catch {
    return undefined;
  }
};

const leaves = (value: JsonValue, path: readonly string[]): readonly LocatedText[] => {
  const text = identifier(value);
  if (text !== undefined) return path.length === 0 ? [] : [{ at: `body:${path.join('.')}`, text }];
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value) || path.length >= MAX_DEPTH) {
    return [];
  }
  return Object.entries(value)
    .slice(0, 50)
    .flatMap(([key, each]) => (/^[\w-]{1,40}$/.test(key) ? leaves(each as JsonValue, [...path, key]) : []));
};

/** Each text that has the form and the length of an HMAC, also behind a known prefix. */
export const proofCandidates = (texts: readonly LocatedText[]): readonly ProofCandidate[] =>
  texts.flatMap(({ at, text }) => {
    const prefix = knownPrefix(text);
    return [...new Set([prefix, ''])].flatMap((each): readonly ProofCandidate[] => {
      const form = formOf(text.slice(each.length).trim());
      if (!('bytes' in form) || !SIGNATURE_BYTES.has(form.bytes)) return [];
      const encoding = form.is.startsWith('hex') ? 'hex' : 'base64';
      return [{ at, prefix: each, encoding, bytes: form.bytes }];
    });
  });

/** The places of times: seconds or milliseconds of these decades, or ISO 8601 with a time of day. */
export const timePlaces = (texts: readonly LocatedText[]): readonly string[] =>
  texts.filter(({ text }) => isTime(text)).map(({ at }) => at);

const isTime = (text: string): boolean => {
  if (!/^(?:\d{10}|\d{13}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*)$/.test(text)) return false;
  const year = readTime(text)?.getUTCFullYear() ?? 0;
  return year >= 2000 && year < 2100;
};
