import { hash } from 'node:crypto';
import type { WebhookRequest } from '../../lambdas/core/request.ts';
import { HMAC_BYTES } from '../../lambdas/verification/hmac.ts';
import { kindOf } from '../../lambdas/verification/place.ts';
import { JWT_ALGORITHMS, readJwtKey } from '../../lambdas/verification/schemes/jwt-keys.ts';
import { PUBLIC_KEY_ALGORITHMS, readPublicKey } from '../../lambdas/verification/schemes/public-key.ts';
import { SECRET_ENCODINGS } from '../../lambdas/verification/secret-key.ts';
import {
  type LocatedText,
  type ProofCandidate,
  proofCandidates,
  textsIn,
  timePlaces,
} from '../../lambdas/verification/trace/candidates.ts';
import { hashTemplatesOf, placeholder, templatesOf } from '../../lambdas/verification/trace/templates.ts';
import { formOf, knownPrefix } from '../../lambdas/verification/trace/text-form.ts';

/** A way to verify: a provider, and its settings without those of events. */
export interface Hypothesis {
  readonly provider: 'standard-webhooks' | 'hmac' | 'public-key' | 'jwt' | 'token';
  readonly options: Readonly<Record<string, unknown>>;
}

const MAX_PLACES = 5;

/** Every way in which a request may have been signed, the usual ones first. */
export function* hypotheses(request: WebhookRequest, secret: string): Generator<Hypothesis> {
  const texts = textsIn(request);
  const bodyForm = bodyFormOf(request);
  yield* standardWebhooks(request);
  yield* adyen(texts);
  yield* hmacs(request, texts, bodyForm);
  yield* publicKeys(texts, bodyForm, secret);
  yield* tokens(texts, bodyForm);
  yield* jsonWebTokens(texts, bodyForm, secret);
}

/** The form of the body by its type, where it is no JSON. */
const bodyFormOf = ({ headers, body }: WebhookRequest): { readonly bodyForm?: string } => {
  if (!headers['content-type']?.includes('application/x-www-form-urlencoded')) return {};
  const field = [...new URLSearchParams(body.toString())].find(([, value]) => /^\s*\{/.test(value))?.[0];
  return { bodyForm: field !== undefined && /^[\w.-]+$/.test(field) ? `form:${field}` : 'form' };
};

function* standardWebhooks({ headers }: WebhookRequest): Generator<Hypothesis> {
  for (const name of Object.keys(headers)) {
    const prefix = /^([a-z][a-z0-9-]*-)signature$/.exec(name)?.[1];
    if (prefix === undefined || headers[`${prefix}id`] === undefined) continue;
    yield {
      provider: 'standard-webhooks',
      options: prefix === 'webhook-' ? {} : { headerPrefix: prefix },
    };
  }
}

/**
 * Adyen signs some fields of each item: no rule finds these.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures
 */
function* adyen(texts: readonly LocatedText[]): Generator<Hypothesis> {
  const item = 'item:NotificationRequestItem';
  const signature = `${item}.additionalData.hmacSignature`;
  if (!texts.some(({ at }) => at === signature.replace('item:', 'body:notificationItems.0.'))) return;
  const fields = [
    'pspReference',
    'originalReference',
    'merchantAccountCode',
    'merchantReference',
    'amount.value',
    'amount.currency',
    'eventCode',
    'success',
  ];
  yield {
    provider: 'hmac',
    options: {
      signature,
      items: 'body:notificationItems',
      encoding: 'base64',
      secretEncoding: 'hex',
      signedContent: fields.map((field) => `{${item}.${field}}`).join(':'),
      unsignedBody: true,
      eventName: `${item}.eventCode`,
      eventId: `${item}.pspReference`,
    },
  };
}

function* hmacs(
  request: WebhookRequest,
  texts: readonly LocatedText[],
  bodyForm: object,
): Generator<Hypothesis> {
  // A list of numbered headers before the first of them.
  const candidates = proofCandidates(texts).toSorted((one, other) => rank(one) - rank(other));
  const times = timePlaces(texts).slice(0, MAX_PLACES);
  const ids = texts
    .filter(({ at }) => /^header:.*-id$/.test(at))
    .map(({ at }) => at)
    .slice(0, MAX_PLACES);
  const isForm = 'bodyForm' in bodyForm;
  const shared = [
    ...templatesOf({ times, ids, isForm }),
    ...hashTemplatesOf({ times }),
    // The query may have what is signed in place of the body.
    ...(request.body.length === 0 ? ['{url}'] : []),
  ];
  // The hash of the body stands in what is signed in its place.
  const bodySha256 = hash('sha256', request.body);
  const hashPlaces = texts.filter(({ text }) => text === bodySha256).map(({ at }) => at);
  for (const candidate of candidates) {
    const algorithm = ALGORITHMS.find((one) => HMAC_BYTES[one] === candidate.bytes);
    if (algorithm === undefined) continue;
    for (const secretEncoding of SECRET_ENCODINGS) {
      const options = {
        ...placeOf(candidate.at),
        ...(candidate.prefix !== '' && { prefix: candidate.prefix }),
        ...(algorithm !== 'sha256' && { algorithm }),
        ...(candidate.encoding !== 'hex' && { encoding: candidate.encoding }),
        ...(secretEncoding !== 'utf8' && { secretEncoding }),
        ...bodyForm,
      };
      for (const template of shared) {
        const content = { ...options, ...contentOf(template, times) };
        yield { provider: 'hmac', options: content };
        if (!template.includes('{url}')) continue;
        for (const url of otherUrls(request.url)) yield { provider: 'hmac', options: { ...content, url } };
      }
      for (const bodyHash of hashPlaces) {
        yield { provider: 'hmac', options: { ...options, signedContent: '{url}', bodyHash } };
      }
      for (const template of siblingTemplates(candidate.at, texts, times)) {
        const content = { ...contentOf(template, times), unsignedBody: true };
        yield { provider: 'hmac', options: { ...options, ...content } };
      }
    }
  }
}

/** The URL as the sender may have it registered, without its query, which is added. */
const otherUrls = (url: string): readonly string[] => {
  const [base = ''] = url.split('?');
  const [, origin, path] = /^https?:(\/\/[^/]+)(\/.*)?$/s.exec(base) ?? [];
  if (origin === undefined) return [];
  const bare = `https:${origin.replace(/:\d+$/, '')}`;
  const paths = [path ?? '', `${path ?? ''}/`, (path ?? '').replace(/\/$/, '')];
  const urls = [`https:${origin}`, `${bare}:443`, bare].flatMap((one) => paths.map((each) => one + each));
  return [...new Set(urls)].filter((one) => one !== base);
};

const ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

const rank = ({ at }: ProofCandidate): number => (at.endsWith('*') ? 0 : 1);

/** A header and its key have settings of their own. */
const placeOf = (at: string): Readonly<Record<string, string>> => {
  const [, header, key] = /^header:([a-z0-9-]+)(?:\.([a-zA-Z_][\w-]*))?$/.exec(at) ?? [];
  if (header === undefined) return { signature: at };
  return key === undefined ? { header } : { header, signatureKey: key };
};

/** The template, and the time in it. */
const contentOf = (template: string, times: readonly string[]): Readonly<Record<string, string>> => {
  const timestamp = times.find((time) => template.includes(placeholder(time)));
  return {
    ...(template !== 'raw' && { signedContent: template }),
    ...(timestamp !== undefined && { timestamp }),
  };
};

/** A signature in the body is often of the values beside it: `{body:signature.timestamp}{body:signature.token}`. */
const siblingTemplates = (
  at: string,
  texts: readonly LocatedText[],
  times: readonly string[],
): readonly string[] => {
  if (kindOf(at) !== 'body') return [];
  const folder = at.slice(0, Math.max(at.lastIndexOf('.'), at.indexOf(':')) + 1);
  const siblings = texts
    .map((text) => text.at)
    .filter((other) => other !== at && other.startsWith(folder) && !other.slice(folder.length).includes('.'))
    .slice(0, MAX_PLACES);
  const isTime = (place: string) => times.includes(place);
  return siblings
    .filter(isTime)
    .flatMap((time) =>
      siblings
        .filter((other) => other !== time)
        .flatMap((other) =>
          ['', '.', ':'].flatMap((joint) => [
            `${placeholder(time)}${joint}${placeholder(other)}`,
            `${placeholder(other)}${joint}${placeholder(time)}`,
          ]),
        ),
    );
};

/** A private key has a public one in it, but the declaration would show the private one. */
const isPrivate = (key: string): boolean => key.includes('PRIVATE KEY');

/** What was given as the secret is a public key. */
function* publicKeys(texts: readonly LocatedText[], bodyForm: object, key: string): Generator<Hypothesis> {
  if (isPrivate(key)) return;
  const algorithms = PUBLIC_KEY_ALGORITHMS.filter((algorithm) => readPublicKey(key, algorithm) !== undefined);
  if (algorithms.length === 0) return;
  const times = timePlaces(texts).slice(0, MAX_PLACES);
  for (const { at, text } of texts) {
    const prefix = knownPrefix(text);
    const form = formOf(text.slice(prefix.length));
    if (!('bytes' in form) || form.bytes < 60 || form.bytes > 1024) continue;
    const encoding = form.is === 'hex' ? 'hex' : 'base64';
    for (const algorithm of algorithms) {
      for (const template of templatesOf({ times, ids: [], isForm: false })) {
        yield {
          provider: 'public-key',
          options: {
            signature: at,
            algorithm,
            publicKeys: [key],
            ...(prefix !== '' && { prefix }),
            ...(encoding !== 'base64' && { encoding }),
            ...contentOf(template, times),
            ...bodyForm,
          },
        };
      }
    }
  }
}

function* tokens(texts: readonly LocatedText[], bodyForm: object): Generator<Hypothesis> {
  for (const { at, text } of texts) {
    if (text.length > 1_000 || at.endsWith('*')) continue;
    for (const prefix of new Set([knownPrefix(text), ''])) {
      for (const tokenForm of ['plain', 'basic'] as const) {
        const byDefault = tokenForm === 'basic' ? 'Basic ' : '';
        yield {
          provider: 'token',
          options: {
            token: at,
            ...(prefix !== byDefault && { prefix }),
            ...(tokenForm !== 'plain' && { tokenForm }),
            ...bodyForm,
          },
        };
      }
    }
  }
}

/** A token of which the secret is the key, or what was given is its public key. */
function* jsonWebTokens(texts: readonly LocatedText[], bodyForm: object, key: string): Generator<Hypothesis> {
  const isPublic = !isPrivate(key) && readJwtKey(key) !== undefined;
  for (const { at, text } of texts) {
    const prefix = knownPrefix(text);
    const token = text.slice(prefix.length);
    if (formOf(token).is !== 'a JSON Web Token') continue;
    const algorithm = JWT_ALGORITHMS.find((one) => one === fieldIn(token, 0, 'alg'));
    if (algorithm === undefined || algorithm.startsWith('HS') === isPublic) continue;
    const bodyHashClaim = Object.keys(objectIn(token, 1)).find((name) =>
      /body.*sha256|body_?hash/i.test(name),
    );
    yield {
      provider: 'jwt',
      options: {
        token: at,
        algorithms: [algorithm],
        ...(prefix !== '' && { prefix }),
        ...(isPublic && { publicKeys: [key] }),
        ...(bodyHashClaim !== undefined && { bodyHashClaim }),
        ...bodyForm,
      },
    };
  }
}

const objectIn = (token: string, part: number): object => {
  try {
    return Object(JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()));
  } catch {
    return {};
  }
};

const fieldIn = (token: string, part: number, name: string): unknown =>
  Reflect.get(objectIn(token, part), name);
