import type { JsonValue } from '../../lambdas/core/json.ts';
import { bodyText, type WebhookRequest } from '../../lambdas/core/request.ts';
import { formEntries, readBodyAs } from '../../lambdas/verification/body-form.ts';
import { isNumbered } from '../../lambdas/verification/place.ts';
import { type LocatedText, textsIn } from '../../lambdas/verification/trace/candidates.ts';
import type { Hypothesis } from './hypotheses.ts';

/** What a source needs beside its signature: guessed from the names of headers and fields. */
export interface EventOptions {
  readonly options: Readonly<Record<string, unknown>>;
  /** What to fill in or to check, by the setting. A setting that is not in the options has no value yet. */
  readonly hints: Readonly<Record<string, string>>;
}

/** The settings of events for each hypothesis on a request. No signature says them. */
export const eventOptionsOf = (request: WebhookRequest): ((hypothesis: Hypothesis) => EventOptions) => {
  // There are thousands of hypotheses, but few differ in what they say of events.
  const known = new Map<string, EventOptions>();
  return (hypothesis) => {
    const { provider, options } = hypothesis;
    const { bodyForm, items, eventName, eventId } = options;
    const key = JSON.stringify([provider === 'standard-webhooks', bodyForm, items, eventName, eventId]);
    const found = known.get(key) ?? eventOptions(request, hypothesis);
    known.set(key, found);
    return found;
  };
};

const eventOptions = (
  request: WebhookRequest,
  { provider, options: { bodyForm, items, eventName, eventId } }: Hypothesis,
): EventOptions => {
  const { texts, isList } = placesIn(request, bodyForm);
  const name = nameIn(texts, provider === 'standard-webhooks');
  const catalogue = {
    name: 'my-saas',
    // Never the value in the request: no payload is printed.
    catalogue: { 'thing.created': 'thing.created' },
  };
  const hints = {
    name: 'to fill in: the name of the SaaS, in lower case',
    catalogue: 'to fill in: each event’s name, and what it means',
  };
  if (provider === 'standard-webhooks') {
    const typeField = pathOf(name?.at ?? 'body:type');
    const isDefault = name !== undefined && typeField === 'type';
    return {
      options: { ...catalogue, ...(!isDefault && { typeField }) },
      hints: {
        ...hints,
        ...(!isDefault && { typeField: nameHint(name) }),
        entityIdField: candidatesText('the entity’s id', entityIds(texts).map(pathOf)),
      },
    };
  }
  // What is known of a sender says where its events are.
  if (eventName !== undefined || items !== undefined) return { options: catalogue, hints };
  return {
    options: {
      ...catalogue,
      ...(isList && { items: 'body' }),
      eventName: name?.at ?? (isList ? 'item:type' : 'body:type'),
    },
    hints: {
      ...hints,
      eventName: nameHint(name),
      ...(eventId === undefined && { eventId: candidatesText('the event’s id', eventIds(texts)) }),
      entityId: candidatesText('the entity’s id', entityIds(texts)),
    },
  };
};

/** The texts at the places that a source would have, also of the first item of a list. */
const placesIn = (
  request: WebhookRequest,
  bodyForm: unknown,
): { readonly texts: readonly LocatedText[]; readonly isList: boolean } => {
  const field = /^form:(.*)$/s.exec(String(bodyForm))?.[1];
  const read = field === undefined ? request : { ...request, body: Buffer.from(fieldIn(request, field)) };
  const isList = Array.isArray(jsonIn(read));
  const texts = textsIn(read).map(({ at, text }) => ({
    at: isList ? at.replace(/^body:0\./, 'item:') : at,
    text,
  }));
  return { texts: texts.filter(({ at }) => !isNumbered(at)), isList };
};

const fieldIn = ({ body }: WebhookRequest, field: string): string =>
  formEntries(body.toString()).find(([name]) => name === field)?.[1] ?? '';

const jsonIn = (request: WebhookRequest): JsonValue | undefined => {
  try {
    return readBodyAs('json', bodyText(request));
  } catch {
    // A form, or no text.
    return undefined;
  }
};

const nameIn = (texts: readonly LocatedText[], isInBody: boolean): LocatedText | undefined => {
  const names = texts.filter(({ text }) => /^[\w.:/-]{1,80}$/.test(text));
  const header = names.find(({ at }) => /^header:x-.*(?:-event|-topic|event-type)$/.test(at));
  if (header !== undefined && !isInBody) return header;
  const ofField = (field: string) => names.find(({ at }) => at === `body:${field}` || at === `item:${field}`);
  const ofNested = (field: string) => names.find(({ at }) => NESTED.exec(at)?.[1] === field);
  return [...NAMES.map(ofField), ...NAMES.slice(0, -3).map(ofNested)].find((found) => found !== undefined);
};

/** `body:event-data.event` */
const NESTED = /^(?:body|item):[\w-]+\.([\w-]+)$/;

/** Nested, the last three name other things, such as a person. */
const NAMES = [
  'type',
  'event',
  'event_type',
  'eventType',
  'topic',
  'event_name',
  'trigger',
  'action',
  'name',
  'kind',
];

const nameHint = (name: LocatedText | undefined): string =>
  name === undefined
    ? 'to fill in: the place of the event’s name; this request has nothing there'
    : 'to check: the place of the event’s name';

const pathOf = (at: string): string => at.slice(at.indexOf(':') + 1);

const eventIds = (texts: readonly LocatedText[]): readonly string[] => [
  ...placesLike(texts, /^header:.*-(?:id|delivery|guid)$/),
  ...placesLike(texts, /^(?:body|item):\w*(?:event|webhook)_?(?:id|uuid|guid)$/i),
  ...placesLike(texts, /^(?:body|item):(?:id|uuid|guid)$/i),
  ...placesLike(texts, /^(?:body|item):(?:data|event|payload)\.(?:id|uuid|guid)$/i),
];

const entityIds = (texts: readonly LocatedText[]): readonly string[] => [
  ...placesLike(texts, /^(?:body|item):(?:data|payload|object|resource)(?:\.\w+)?\.(?:id|uuid|guid)$/i),
  ...placesLike(
    texts,
    /^(?:body|item):(?:[\w-]+\.)?(?!\w*(?:[Ee]vent|[Ww]ebhook|[Tt]rigger))\w+(?:_id|Id|ID|Sid)$/,
  ),
  ...placesLike(texts, /^(?:body|item):(?:\w+\.)?(?:id|uuid|guid)$/i),
];

const placesLike = (texts: readonly LocatedText[], pattern: RegExp): readonly string[] =>
  texts.map(({ at }) => at).filter((at) => pattern.test(at));

const MAX_CANDIDATES = 4;

const candidatesText = (what: string, places: readonly string[]): string => {
  const candidates = [...new Set(places)].slice(0, MAX_CANDIDATES).map((place) => `'${place}'`);
  return candidates.length === 0
    ? `to fill in: the place of ${what}, if there is one`
    : `to fill in: the place of ${what}: ${candidates.join(' or ')}?`;
};
