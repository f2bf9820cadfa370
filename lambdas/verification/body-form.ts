import { parseBody, withoutMark } from '../core/body-shape.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { Rejection } from '../core/rejection.ts';

/**
 * How a body is written: `json`; `json-lines`, one value a line; `form`, fields of an HTML form; or `form:payload`, JSON in
 * the field `payload` of a form.
 */
export type BodyForm = 'json' | 'json-lines' | 'form' | `form:${string}`;

const FIELD = 'form:';

export const isBodyForm = (form: unknown): form is BodyForm =>
  typeof form === 'string' && /^(?:json|json-lines|form|form:[\w.-]+)$/.test(form);

/**
 * The value in a body, which may have a byte order mark before it. A form is an object of its fields; one that is
 * repeated is a list.
 *
 * @throws {Rejection} 400.
 */
export const readBodyAs = (form: BodyForm, sent: string): JsonValue => {
  // Where the sender signs what is behind the mark, a mark must not change the first field.
  const text = withoutMark(sent);
  if (form === 'json') return parseBody(text);
  if (form === 'json-lines') return linesOf(text).map((line) => parseBody(line, 'a line of the body'));
  if (form === 'form') return fieldsOf(text);
  const field = form.slice(FIELD.length);
  const [value, ...more] = formEntries(text)
    .filter(([name]) => name === field)
    .map(([, each]) => each);
  if (value === undefined || more.length > 0) {
    throw new Rejection('body-shape', `the form has no field ${field}, or several`);
  }
  return parseBody(value, `the field ${field}`);
};

/** Fields may be read before it is known who sent them. A message of Twilio has some fifty. */
const MAX_FIELDS = 1_000;

/** The fields of a form, decoded, in the order in which they came. @throws {Rejection} `body-shape` if they are too many. */
export const formEntries = (text: string): readonly (readonly [name: string, value: string])[] => {
  // Counted first: reading half a MiB of short fields takes longer than all else.
  if (text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) {
    throw new Rejection('body-shape', `the form has more than ${MAX_FIELDS} fields`);
  }
  return [...new URLSearchParams(text)];
};

const fieldsOf = (text: string): JsonObject => {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of formEntries(text)) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(fields);
};

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
