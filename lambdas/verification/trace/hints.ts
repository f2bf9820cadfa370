import type { Reason } from '../../core/rejection.ts';
import { bodyText, type WebhookRequest } from '../../core/request.ts';
import { readBodyAs } from '../body-form.ts';
import { headersOf, kindOf, locate } from '../place.ts';
import { received } from '../received.ts';
import type { Scheme } from '../scheme.ts';
import { placesIn } from '../signed-content.ts';
import { type LocatedText, proofCandidates, textsIn } from './candidates.ts';
import { placeholder } from './templates.ts';
import { knownPrefix } from './text-form.ts';

/**
 * What shows in a request whose proof doesn't fit, a sentence each. Names places and lengths, never a value. For a reason
 * that isn't about the proof there is none.
 */
export const hintsOf = (request: WebhookRequest, scheme: Scheme, reason: Reason): readonly string[] => {
  switch (reason) {
    case 'signature-mismatch': {
      // A token is the same for any body.
      if (scheme.content === undefined && scheme.bodyHash === undefined) return [];
      const ofLength = lengthHints(request);
      // A body that is cut is no JSON either.
      return [...ofLength, ...(ofLength.length > 0 ? [] : formHints(request, scheme)), ...urlHints(scheme)];
    }
    case 'signature-missing':
    case 'signature-malformed': {
      const texts = textsIn(request);
      return [
        ...keyHints(scheme, texts),
        ...candidateHints(scheme, texts),
        ...placeholderHints(request, scheme, texts),
      ];
    }
    default:
      return [];
  }
};

const lengthHints = ({ headers, body }: WebhookRequest): readonly string[] => {
  const length = headers['content-length']?.trim() ?? '';
  if (!/^\d{1,9}$/.test(length) || Number(length) === body.length) return [];
  return [
    Number(length) > body.length
      ? `The capture is cut: ${body.length} of ${length} bytes of the body are in it.`
      : `The capture has ${body.length} bytes of body, but Content-Length is ${length}: a tool rewrote the body.`,
  ];
};

const formHints = (request: WebhookRequest, { bodyForm = 'json' }: Scheme): readonly string[] => {
  const text = textOf(request)?.trim() ?? '';
  if (text === '' || isOfForm(text, bodyForm)) return [];
  const others = (['json', 'form', 'json-lines'] as const).filter(
    (form) => form !== bodyForm && isOfForm(text, form),
  );
  const instead = others[0] === undefined ? '' : `, but of the form ${JSON.stringify(others[0])}`;
  return [`The body is not of the declared bodyForm ${JSON.stringify(bodyForm)}${instead}.`];
};

const textOf = (request: WebhookRequest): string | undefined => {
  try {
    return bodyText(request);
  } catch {
    // Bytes that are no text have no such form.
    return undefined;
  }
};

/** Any text can be read as a form: one that begins like JSON is none. */
const isOfForm = (text: string, form: NonNullable<Scheme['bodyForm']>): boolean => {
  if (form.startsWith('form') && !/^[^\s{[<"]+=/.test(text)) return false;
  try {
    readBodyAs(form, text);
    return true;
  } catch {
    return false;
  }
};

const urlHints = ({ content, url }: Scheme): readonly string[] => {
  if (content === undefined || !placesIn(content).includes('url')) return [];
  const which = url === undefined ? 'the URL of the capture' : 'the setting url';
  return [`The URL is signed: is ${which} the one that is registered at the sender? If not, set url.`];
};

/** The header is there, and a list, but not with the key. */
const keyHints = ({ proof }: Scheme, texts: readonly LocatedText[]): readonly string[] =>
  proof.at.flatMap((at) => {
    const [, header, wanted] = /^(header:[^.]+)\.(.+)$/.exec(at) ?? [];
    if (header === undefined || wanted === undefined || texts.some((text) => text.at === at)) return [];
    const keys = texts.filter((text) => text.at.startsWith(`${header}.`)).map((text) => keyOf(text.at));
    const named = keys.filter((key) => !/^\d+\+?$/.test(key));
    if (named.length === 0) return [];
    return [`The header has the keys ${named.join(', ')}; ${wanted} was wanted.`];
  });

const keyOf = (at: string): string => at.slice(Math.max(at.lastIndexOf('.'), at.indexOf(':')) + 1);

/** Values elsewhere that look like what is wanted. */
const candidateHints = ({ proof, method }: Scheme, texts: readonly LocatedText[]): readonly string[] => {
  const isToken = proof.encoding === 'text';
  const places = isToken
    ? texts.filter((text) => isLikeToken(text, method.form.kind === 'jwt')).map(({ at }) => at)
    : proofCandidates(texts).map(({ at }) => at);
  // The proof is there: something else is missing.
  if (places.some((at) => proof.at.includes(at))) return [];
  const others = [...new Set(places)].filter((at) => !isOtherName(at, texts));
  if (others.length === 0) return [];
  const what = isToken ? 'a token' : 'a signature';
  return [
    `${others.length === 1 ? 'A value that looks' : 'Values that look'} like ${what} ${others.length === 1 ? 'stands' : 'stand'} in ${others.slice(0, MAX_PLACES).join(', ')}.`,
  ];
};

const MAX_PLACES = 6;

/** Numbered headers are there under their own names too, and so is an entry of a list with keys. */
const isOtherName = (at: string, texts: readonly LocatedText[]): boolean => {
  if (/\*$|\.\d+\+$/.test(at)) return true;
  const list = /^(header:[^.]+\.)\d+$/.exec(at)?.[1];
  return list !== undefined && texts.some((text) => text.at.startsWith(list) && !/\.\d+\+?$/.test(text.at));
};

const isLikeToken = ({ at, text }: LocatedText, isJwt: boolean): boolean =>
  isJwt
    ? /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text.slice(knownPrefix(text).length))
    : /token|auth|secret|key|signature/i.test(keyOf(at)) && kindOf(at) !== 'body';

/** A template names a header or a parameter that isn't there, but another place has its name as a key. */
const placeholderHints = (
  request: WebhookRequest,
  scheme: Scheme,
  texts: readonly LocatedText[],
): readonly string[] => {
  if (scheme.content === undefined) return [];
  const delivery = received(request, scheme);
  return placesIn(scheme.content)
    .filter((name) => kindOf(name) === 'header' || kindOf(name) === 'query')
    .filter((name) => locate(name, delivery) === undefined)
    .flatMap((name) => {
      const key = keyOf(name);
      const found = texts.find(({ at }) => at !== name && keyOf(at).toLowerCase() === key.toLowerCase());
      if (found === undefined) return [];
      const [header] = headersOf([found.at]);
      const where = header === undefined || found.at === `header:${header}` ? found.at : `header:${header}`;
      return [
        `Nothing is at ${placeholder(name)}, which is signed, but a ${key} stands in ${where}: write ${placeholder(found.at)}.`,
      ];
    });
};
