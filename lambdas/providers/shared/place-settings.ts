import * as v from 'valibot';
import { type BodyForm, isBodyForm } from '../../verification/body-form.ts';
import { isInItem, isNumbered, kindOf, place } from '../../verification/place.ts';
import { commonSettings, repeatSettings } from './common-settings.ts';
import { eventSettings } from './event-settings.ts';
import { handshakeSetting, signsAnswer } from './handshake.ts';
import { type Fault, type SettingsOf, when } from './settings-with.ts';

const SHOULD_BE_PLACES =
  'must be one place or a list of at least one, such as "header:x-github-event" or "body:data.id"';
const SHOULD_BE_STORED = 'must be a place that is stored: "header:", "body:", "item:" or "text:"';
const SHOULD_BE_LIST = 'must be "body", or the place of a list in it, such as "body:events"';
const SHOULD_BE_BODY_FORM =
  'must be "json", "json-lines", "form", or "form:" and the field that has JSON, such as "form:payload"';
const ONE_OF_A_LIST =
  'is in one entry of a list, so the events of the others would never arrive: declare items, the place of the list, and a place such as "item:id"';

const SHOULD_BE_VOLATILE =
  'must list places in the body or in an item, such as ["body:attempt"] or ["item:attempt"]';
const VOLATILE = /^(?:body|item):[^.]+(?:\.[^.]+)*$/;

/** A place that can be looked up in a stored delivery. */
const storedPlace = v.pipe(
  place,
  v.check((where) => kindOf(where) !== 'query', SHOULD_BE_STORED),
);

const storedPlaces = v.union(
  [storedPlace, v.pipe(v.array(storedPlace), v.minLength(1, SHOULD_BE_PLACES))],
  SHOULD_BE_PLACES,
);

/** Part of the settings of every provider that is declared by its places. */
export const placeSettings = {
  ...commonSettings,
  ...eventSettings,

  /**
   * How the body is written: `json`; `json-lines`, a list with one value a line; `form`, the fields of an HTML form;
   * `form:payload`, JSON in the field `payload` of a form. Default: `json`.
   */
  bodyForm: v.optional(v.custom<BodyForm>(isBodyForm, SHOULD_BE_BODY_FORM)),

  /**
   * The place of a list of events, for a SaaS that sends several at once: `body` if the body is the list, or
   * `body:events`. Each item is then an event, and `item:` in the other places is a path in it. Default: none; the body is
   * one event.
   */
  items: v.optional(
    v.pipe(v.string(SHOULD_BE_LIST), v.regex(/^body(?::[^.]+(?:\.[^.]+)*)?$/, SHOULD_BE_LIST)),
  ),

  /**
   * The place of the event's name; `text:message.received` for a SaaS that sends one kind of event and no name. The values
   * of several places are joined by dots; only the first is required.
   */
  eventName: storedPlaces,

  /** The place of the event's id. Default: none; the body identifies the event. */
  eventId: v.optional(storedPlace),

  /** The place of the entity's id, or several places, of which the first with a value wins. Default: none. */
  entityId: v.optional(storedPlaces),

  /** The place of the event's time. Default: none; the time of receipt is used. */
  time: v.optional(storedPlace),

  /** The place of the payload. Default: the whole body. */
  data: v.optional(storedPlace),

  /**
   * The places in the body, or in an item, that change from one try of a delivery to the next, such as a counter of tries.
   * A repeat is recognized without them. Default: none.
   */
  volatile: v.optional(
    v.array(v.pipe(v.string(SHOULD_BE_VOLATILE), v.regex(VOLATILE, SHOULD_BE_VOLATILE)), SHOULD_BE_VOLATILE),
  ),

  ...repeatSettings,

  /** How a request is recognized and answered with which the SaaS verifies the URL. Default: none. */
  handshake: v.optional(handshakeSetting),
} as const;

export type PlaceSettings = SettingsOf<typeof placeSettings>;

/** The faults of places: one in an item where there are no items, or one that only the first of several events has. */
export const placeFaults = (settings: PlaceSettings): readonly Fault[] => {
  const { items, eventName, eventId, entityId, time, data, volatile, bodyForm, handshake } = settings;
  const places = [eventName, eventId, entityId, time, data, volatile].flat();
  return [
    ...when(
      items === undefined && places.some(isInItem),
      'items',
      'must be the place of the list, since another setting has a place in an item',
    ),
    ...when(
      items !== undefined && eventId !== undefined && !isInItem(eventId),
      'eventId',
      'must be in the item, such as "item:id": with one id for all, only the first event of a delivery would arrive',
    ),
    ...when([eventName].flat().some(isNumbered), 'eventName', ONE_OF_A_LIST),
    ...when(isNumbered(eventId), 'eventId', ONE_OF_A_LIST),
    ...Object.entries({ entityId, time, data }).flatMap(([setting, where]) =>
      when([where].flat().some(isEntryOfBody), setting, ONE_OF_A_LIST),
    ),
    ...Object.entries({ eventName, eventId, entityId, time, data }).flatMap(([setting, where]) =>
      when(
        [where].flat().some((one) => items !== undefined && one?.startsWith(`${items}.`) === true),
        setting,
        'must be in the item, such as "item:id", since items is the place of the list',
      ),
    ),
    ...when(
      bodyForm === 'json-lines' && items === undefined && places.some((one) => one?.startsWith('body:')),
      'items',
      'must be "body": lines of JSON are a list, and each is an event',
    ),
    ...when(
      handshake?.at !== undefined &&
        handshake.is === undefined &&
        isPost(handshake) &&
        places.includes(handshake.at),
      'handshake',
      'needs is, the value that marks the request: each delivery has a value at that place',
    ),
  ];
};

/** Whether a place is in one entry of a body that is a list. */
const isEntryOfBody = (where: string | undefined): boolean => /^body:\d+(?:\.|$)/.test(where ?? '');

const isPost = ({ method = 'POST' }: NonNullable<PlaceSettings['handshake']>): boolean => method === 'POST';

/** The faults of a handshake that the provider can't do. @param hasSecret whether the source has a secret. */
export const handshakeFaults = ({ handshake }: PlaceSettings, hasSecret: boolean): readonly Fault[] => [
  ...when(
    signsAnswer(handshake),
    'handshake',
    'must have no hmac: in its answer: only a source of the provider hmac can sign it',
  ),
  ...when(
    !hasSecret && handshake?.secretAt !== undefined,
    'handshake',
    'must have no secretAt: the source has no secret',
  ),
];
