import type * as v from 'valibot';
import type { JsonValue } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { madeOnce } from '../../core/remembered.ts';
import type { WebhookRequest } from '../../core/request.ts';
import { itemsAt } from '../../verification/items.ts';
import { openings } from '../../verification/openings.ts';
import { received } from '../../verification/received.ts';
import type { Scheme } from '../../verification/scheme.ts';
import type { SecretCheck } from '../../verification/secret-check.ts';
import type { SecretRules } from '../../verification/secret-rules.ts';
import { oneForm, type Signed } from '../../verification/signed-content.ts';
import { verifyDelivery } from '../../verification/verify.ts';
import type { Method, Provider, Verdict } from '../provider.ts';
import type { Catalogue } from './catalogue.ts';
import {
  checkChallenge,
  checkHandshakeSecret,
  confirmHandshake,
  type Handshake,
  isEmptyList,
  isHandshake,
  isUnsigned,
  signsAnswer,
} from './handshake.ts';
import {
  cutLocated,
  type EventPlaces,
  headersIn,
  locatedEvents,
  locatedName,
  placesByRole,
} from './located-event.ts';
import { understood } from './understood.ts';

interface GenericSettings {
  readonly name: string;
  readonly catalogue: Catalogue;
  readonly testEvents: readonly string[];
  readonly repeatWindow?: number | undefined;
  readonly handshake?: Handshake | undefined;
}

/** What distinguishes one generic provider from another. */
export interface Generic<Settings, Options, Key> {
  readonly name: string;
  readonly settings: v.GenericSchema<Options, Settings>;
  /** Undefined for a sender whose keys are public. */
  readonly secret: SecretRules<Settings> | undefined;
  /** How deliveries are verified. */
  scheme(settings: Settings): Scheme<Key>;
  /** Where a delivery has which part of its events. */
  places(settings: Settings): EventPlaces;
  /** Signs the answer to a challenge. Absent if the scheme can't. */
  sign?(settings: Settings, key: Key, text: string): string;
  /** Verifies what the scheme alone doesn't say. Default: the scheme is all. */
  verify?(delivery: Signed, settings: Settings, secrets: SecretCheck): Promise<void>;
}

/** A provider whose sources are declared by settings. */
export type GenericProvider<Settings, Options> = Provider<Settings, Options, JsonValue> &
  Required<Pick<Provider<Settings>, 'scheme' | 'openings' | 'methods'>>;

/** A provider of any SaaS that is declared by settings: how it signs, and where a delivery has which value. */
export const genericProvider = <Settings extends GenericSettings, Options, Key>(
  given: Generic<Settings, Options, Key>,
): GenericProvider<Settings, Options> => {
  // A function has one source, whose keys are parsed once.
  const generic = { ...given, scheme: madeOnce(given.scheme) };
  return {
    name: generic.name,
    settings: generic.settings,
    nameInEvents: ({ name }) => name,
    secret: generic.secret,
    retries: undefined,
    catalogue: ({ catalogue }) => catalogue,
    keptHeaders: (settings) => headersIn(generic.places(settings)),
    methods: ({ handshake }) => [...new Set<Method>(['POST', handshake?.method ?? 'POST'])],
    scheme: generic.scheme,
    openings: (settings) => openings(generic.scheme(settings), placesByRole(generic.places(settings))),

    authenticate: async (request, settings, secrets) => {
      const scheme = generic.scheme(settings);
      const delivery = received(request, scheme);
      const early = await earlyHandshake(request, delivery, settings, secrets, generic);
      if (early !== undefined) return early;
      if (request.method !== 'POST') throw new Rejection('body-shape', 'the request is not the handshake');

      const key = await verified(delivery, scheme, settings, secrets, generic);
      const body = understood(() => delivery.body);
      // A genuine delivery that can't be read is stored all the same.
      const form = oneForm(scheme.content, delivery);
      const stored = form === undefined ? {} : { body: form };
      if (body === undefined) return { outcome: 'accepted', ...stored };
      const sent = { ...delivery, body, method: request.method };
      const { handshake } = settings;
      if (handshake !== undefined && isHandshake(handshake, sent)) {
        // One that lacks what is to be answered is stored like any other delivery.
        const confirmed = understood(() =>
          confirmHandshake(handshake, sent, (text) => signed(generic, settings, key, text)),
        );
        if (confirmed !== undefined) return confirmed;
      }
      return { ...verdictOn(body, request, generic.places(settings), settings.testEvents), ...stored };
    },

    interpret: (content, settings, parsed) => locatedEvents(generic.places(settings), content, parsed),
    cut: (content, settings, parsed) => cutLocated(generic.places(settings), content, parsed),
    repeatWindow: ({ repeatWindow }) => repeatWindow,
  };
};

const verified = async <Settings, Key>(
  delivery: Signed,
  scheme: Scheme<Key>,
  settings: Settings,
  secrets: SecretCheck,
  generic: Generic<Settings, unknown, Key>,
): Promise<Key | undefined> => {
  if (generic.verify === undefined) return (await verifyDelivery(delivery, scheme, secrets)).key;
  await generic.verify(delivery, settings, secrets);
  return undefined;
};

/** The verdict on a handshake that is not signed; undefined for any other request. */
const earlyHandshake = async <Settings extends GenericSettings, Key>(
  request: WebhookRequest,
  delivery: Signed,
  settings: Settings,
  secrets: SecretCheck,
  generic: Generic<Settings, unknown, Key>,
): Promise<Verdict<never> | undefined> => {
  const { handshake } = settings;
  if (handshake === undefined || !isUnsigned(handshake)) return undefined;
  const { headers, url, method, hashed } = request;
  const sent = {
    headers,
    url,
    method,
    hashed,
    separators: delivery.separators,
    // Read only if a place is in it: a handshake may have none.
    get body() {
      return method === 'POST' ? delivery.body : {};
    },
  };
  if (!isHandshake(handshake, sent)) return undefined;
  await checkHandshakeSecret(handshake, sent, secrets);
  const key = await anyKey(generic, settings, secrets);
  return confirmHandshake(handshake, sent, (text) => signed(generic, settings, key, text));
};

/** The key of the current secret, for a challenge that carries no signature; undefined if there is none. */
const anyKey = async <Settings extends GenericSettings, Key>(
  generic: Generic<Settings, unknown, Key>,
  settings: Settings,
  secrets: SecretCheck,
): Promise<Key | undefined> => {
  if (generic.sign === undefined || !signsAnswer(settings.handshake)) return undefined;
  const { method } = generic.scheme(settings);
  let key: Key | undefined;
  await secrets((secret) => {
    key ??= method.readKey(secret);
    return true;
  });
  return key;
};

const signed = <Settings, Key>(
  { sign }: Generic<Settings, unknown, Key>,
  settings: Settings,
  key: Key | undefined,
  text: string,
): string => {
  checkChallenge(text);
  if (sign === undefined || key === undefined) {
    throw new Rejection('secret-unset', 'there is no secret to sign the answer with');
  }
  return sign(settings, key, text);
};

const verdictOn = (
  body: JsonValue,
  { headers }: WebhookRequest,
  places: EventPlaces,
  testEvents: readonly string[],
): Verdict<JsonValue> => {
  if (isEmptyList(body)) return { outcome: 'empty' };
  const names = understood(() =>
    itemsAt(places.items, body).map((item) => locatedName(places, { headers, body, item })),
  );
  if (names?.length === 0) return { outcome: 'empty' };
  if (names?.every((name) => testEvents.includes(name))) return { outcome: 'test' };
  return { outcome: 'accepted', parsed: body };
};
