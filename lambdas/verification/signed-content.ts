import { hash } from 'node:crypto';
import { identifier } from '../core/json.ts';
import { Rejection } from '../core/rejection.ts';
import { remembered } from '../core/remembered.ts';
import { decompressed, type WebhookRequest } from '../core/request.ts';
import { type BodyForm, formEntries } from './body-form.ts';
import { HEADER_PLACE } from './header-list.ts';
import { headersOf, kindOf, type Locatable, locate } from './place.ts';

/** One part of a template: a text that is always the same, or a placeholder by its name. */
export type Part =
  | { readonly literal: string; readonly name?: undefined }
  | { readonly name: string; readonly literal?: undefined };

/** What a template is filled in from. */
export interface Signed extends Locatable {
  readonly request: WebhookRequest;
  readonly bodyForm: BodyForm;
  /** The URL as the sender saw it. Default: as API Gateway received it. */
  readonly ownUrl?: string | undefined;
  /** Whether the sender signed the body as it came, or before it was compressed and got its byte order mark. */
  readonly signedBytes: SignedBytes;
}

export const SIGNED_BYTES = ['as-sent', 'decoded'] as const;

export type SignedBytes = (typeof SIGNED_BYTES)[number];

/** Whether the setting is `raw`, or a template with valid placeholders and at least one of them. */
export const isSignedContent = (setting: string): boolean => {
  const parts = partsOf(setting);
  return parts.some(({ name }) => name !== undefined) && parts.every(isValid);
};

/**
 * The parts of a template such as `v0:{x-slack-request-timestamp}:{body}`. `raw` is the body alone. A placeholder of a
 * header may be written without `header:`.
 */
export const partsOf = (template: string): readonly Part[] => parsed(template);

const parse = (template: string): readonly Part[] => {
  if (template === 'raw') return [{ name: 'body' }];
  // Splitting by a pattern with one group puts the placeholders' names at odd indexes.
  return template
    .split(/\{([^{}]*)\}/)
    .map((text, index) => (index % 2 === 0 ? { literal: text } : { name: fullName(text) }))
    .filter(({ literal }) => literal !== '');
};

/** A bundle has one source, and so one template. */
const parsed = remembered(parse, 4);

const WHOLE = ['body', 'method', 'url', 'form', 'secret'] as const;
const DERIVED = ['form:sorted', 'sha256:body', 'crc32:body'] as const;
const isOneOf = (list: readonly string[], name: string): boolean => list.includes(name);

const fullName = (name: string): string =>
  isOneOf(WHOLE, name) || name.includes(':') ? name : `header:${name}`;

const LOCATED = new RegExp(`^(?:header:${HEADER_PLACE}|query:[\\w.~-]+|(?:body|item):[^.]+(?:\\.[^.]+)*)$`);

const isValid = ({ literal, name }: Part): boolean =>
  name === undefined ? !/[{}]/.test(literal) : isOneOf([...WHOLE, ...DERIVED], name) || LOCATED.test(name);

/** The names of a template's placeholders: `body`, `header:stripe-signature.t`. */
export const placesIn = (template: string): readonly string[] => places(template);

const places = remembered((template) => partsOf(template).flatMap(({ name }) => name ?? []), 4);

/**
 * Whether the whole body is signed, itself or by a hash that is signed: one that the template names, or one in the query
 * of a signed URL. A URL of the settings with a query of its own does not have the request's.
 */
export const signsBody = ({
  content,
  bodyHash,
  url,
}: {
  readonly content: string;
  readonly bodyHash?: string | undefined;
  readonly url?: string | undefined;
}): boolean => {
  const names = placesIn(content);
  if (WHOLE_BODY.some((name) => names.includes(name))) return true;
  if (bodyHash === undefined) return false;
  const signsQuery = names.includes('url') && !url?.includes('?');
  return names.includes(bodyHash) || (kindOf(bodyHash) === 'query' && signsQuery);
};

/** `form` and `form:sorted` join names and values, and so does every field: only these have each byte of the body. */
const WHOLE_BODY = ['body', 'sha256:body', 'crc32:body', 'form', 'form:sorted'];

/**
 * The bytes that are signed. With `{secret}` in the template they are in two pieces, between which the secret stands.
 *
 * @throws {Rejection} `signature-missing` if the delivery lacks a header or a parameter of the template,
 * `signature-malformed` if it has several, or an object or a list where a value is signed.
 */
export const signedContent = (template: string, signed: Signed): readonly Buffer[] => {
  const pieces: (string | Buffer)[][] = [[]];
  for (const { literal, name } of partsOf(template)) {
    if (name === 'secret') pieces.push([]);
    else pieces.at(-1)?.push(name === undefined ? literal : contentOf(name, signed));
  }
  return pieces.map(joined);
};

/** A body that is signed alone is not copied. */
const joined = (parts: readonly (string | Buffer)[]): Buffer => {
  const [first, ...more] = parts;
  if (first instanceof Buffer && more.length === 0) return first;
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
  let at = 0;
  for (const part of parts) at += typeof part === 'string' ? bytes.write(part, at) : part.copy(bytes, at);
  return bytes;
};

/** The bytes of one placeholder. */
export const bytesOf = (name: string, signed: Signed): Buffer => {
  const content = contentOf(name, signed);
  return typeof content === 'string' ? Buffer.from(content) : content;
};

const contentOf = (name: string, signed: Signed): string | Buffer => {
  const { request } = signed;
  switch (name) {
    case 'body':
      return signedBody(signed);
    case 'method':
      return request.method;
    case 'url':
      return urlOf(signed);
    case 'form':
      return formText(signed, false);
    case 'form:sorted':
      return formText(signed, true);
    case 'sha256:body':
      return hash('sha256', signedBody(signed));
    case 'crc32:body':
      return String(process.getBuiltinModule('node:zlib').crc32(signedBody(signed)));
  }
  const found = locate(name, signed);
  const value = typeof found === 'boolean' ? String(found) : identifier(found);
  if (value !== undefined) return value;
  // Otherwise any would do where the sender signed an empty text.
  if (typeof found === 'object' && found !== null)
    throw new Rejection('signature-malformed', `${name}, which is signed, is an object or a list`);
  // A sender signs a field that is empty or missing as an empty text. A missing header is a mistake of the declaration.
  if (name.startsWith('body:') || name.startsWith('item:')) return '';
  const isThere = kindOf(name) === 'header' && headersOf([name]).some((header) => request.headers[header]);
  if (isThere)
    throw new Rejection('signature-malformed', `there are none or several of ${name}, which is signed`);
  throw new Rejection('signature-missing', `${name}, which is signed, is missing`);
};

/** The body as the sender signed it. */
export const signedBody = ({ request, signedBytes }: Pick<Signed, 'request' | 'signedBytes'>): Buffer => {
  if (signedBytes === 'as-sent') return request.body;
  const bytes = decompressed(request);
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? bytes.subarray(BYTE_ORDER_MARK.length)
    : bytes;
};

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A URL of the settings without a query gets that of the request. */
const urlOf = ({ request: { url }, ownUrl }: Signed): string => {
  if (ownUrl === undefined) return url;
  const question = url.indexOf('?');
  return ownUrl.includes('?') || question === -1 ? ownUrl : ownUrl + url.slice(question);
};

/**
 * The names and values of the fields, without anything between them; none of a body that is no form.
 *
 * Sorted as Twilio does it: by name and then by value, equal ones once. https://www.twilio.com/docs/usage/security
 */
const formText = (signed: Signed, sorted: boolean): string =>
  signedFields(signed, sorted)
    .map(({ name, value }) => name + value)
    .join('');

interface Field {
  readonly name: string;
  readonly value: string;
}

const signedFields = (signed: Signed, sorted: boolean): readonly Field[] => {
  if (!signed.bodyForm.startsWith('form')) return [];
  const fields = formEntries(signedBody(signed).toString()).map(([name, value]) => ({ name, value }));
  if (!sorted) return fields;
  const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  return fields
    .toSorted((one, other) => byBytes(one.name, other.name) || byBytes(one.value, other.value))
    .filter(
      ({ name, value }, index, all) => name !== all[index - 1]?.name || value !== all[index - 1]?.value,
    );
};

/**
 * The body in the one form that the signature covers, where it leaves the bytes open: the fields of a form may be
 * written in many ways, and a byte order mark may be added to what was signed without one. Undefined if each byte of the
 * body is signed, or none.
 */
export const oneForm = (content: string | undefined, signed: Signed): Buffer | undefined => {
  const names = content === undefined ? [] : placesIn(content);
  const sorted = names.includes('form:sorted');
  if (names.includes('body') || !(sorted || names.includes('form'))) {
    return signed.signedBytes === 'decoded' ? signedBody(signed) : undefined;
  }
  const fields = signedFields(signed, sorted).map(({ name, value }): [string, string] => [name, value]);
  return Buffer.from(new URLSearchParams(fields).toString());
};
