import { createHmac } from 'node:crypto';
import { identifier, type JsonValue } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { bodyText } from '../../core/request.ts';
import type { Provider, Verdict } from '../provider.ts';
import { parseBody } from '../shared/body-shape.ts';
import { DEFAULT_TOLERANCE } from '../shared/common-settings.ts';
import { checkFresh } from '../shared/freshness.ts';
import { type EventPlaces, headersIn, itemsIn, locatedEvents, locatedName } from '../shared/located-event.ts';
import { type Locatable, locate } from '../shared/locator.ts';
import { readTime } from '../shared/provider-time.ts';
import { ENCODED_SECRET } from '../shared/secret-rules.ts';
import { isToBeSigned, unsigned } from './answer-place.ts';
import { type HmacOptions, type HmacSettings, hmacSettings } from './settings.ts';
import { verifyHmac } from './verify.ts';

/** Any SaaS that signs with an HMAC. The settings say how it signs, and where a delivery has which value. */
export const hmac: Provider<HmacSettings, HmacOptions, JsonValue> = {
  name: 'hmac',
  settings: hmacSettings,
  nameInEvents: ({ name }) => name,
  secret: ENCODED_SECRET,
  retries: undefined,
  catalogue: ({ events }) => events,
  keptHeaders: (settings) => headersIn(placesOf(settings)),

  authenticate: async (request, settings, secrets) => {
    const key = await verifyHmac(request, settings, secrets);
    const delivery = { headers: request.headers, body: parseContainer(bodyText(request)) };
    checkSignedAt(delivery, settings, request.receivedAt);
    const answer = handshakeAnswer(delivery, settings, key);
    if (answer !== undefined) return { outcome: 'confirmed', answer };
    if (isEmptyList(delivery.body)) return { outcome: 'empty' };
    const places = placesOf(settings);
    const names = itemsIn(places, delivery.body).map((item) => locatedName(places, { ...delivery, item }));
    if (names.length === 0) return { outcome: 'empty' };
    if (names.every((name) => settings.testEvents.includes(name))) return { outcome: 'test' };
    return { outcome: 'accepted', parsed: delivery.body };
  },

  interpret: (content, settings, parsed) => locatedEvents(placesOf(settings), content, parsed),
};

const placesOf = ({ eventName, eventId, entityId, time, data, items }: HmacSettings): EventPlaces => ({
  name: [eventName].flat(),
  id: eventId,
  entityId: [entityId].flat(),
  time,
  data,
  items,
});

/** A trial of senders that send lists. */
const isEmptyList = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.length === 0;

/** @throws {Rejection} 400 if the body is neither an object nor an array. */
const parseContainer = (text: string): JsonValue => {
  const body = parseBody(text);
  if (typeof body === 'object' && body !== null && !JSON.isRawJSON(body)) return body;
  throw new Rejection('body-shape', 'the body is neither a JSON object nor an array');
};

const checkSignedAt = (delivery: Locatable, settings: HmacSettings, receivedAt: Date): void => {
  if (settings.timestamp === undefined) return;
  const signedAt = readTime(locate(settings.timestamp, delivery));
  if (signedAt === undefined) {
    throw new Rejection('signature-malformed', `there is no time at ${settings.timestamp}`);
  }
  checkFresh(signedAt, receivedAt, settings.tolerance ?? DEFAULT_TOLERANCE);
};

/** The response to a handshake; undefined for any other delivery. */
const handshakeAnswer = (
  delivery: Locatable,
  { handshake, algorithm, encoding }: HmacSettings,
  key: string | Buffer,
): Verdict['answer'] | undefined => {
  if (handshake === undefined) return undefined;
  const { at, is, answer } = handshake;
  const found = locate(at, delivery);
  const marks = Array.isArray(is) ? isEmptyList(found) : identifier(found) === String(is);
  if (!marks) return undefined;
  const read = (place: string): string => {
    const value = identifier(locate(unsigned(place), delivery));
    if (value === undefined) throw new Rejection('body-shape', `the handshake has nothing at ${place}`);
    return isToBeSigned(place) ? createHmac(algorithm, key).update(value).digest(encoding) : value;
  };
  if (typeof answer === 'string') return read(answer);
  return Object.fromEntries(Object.entries(answer).map(([name, place]) => [name, read(place)]));
};
