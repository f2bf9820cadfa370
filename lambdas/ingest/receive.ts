import { randomUUID } from 'node:crypto';
import { bodyObject } from '../bodies/kept-body.ts';
import { bodyKey } from '../bodies/keys.ts';
import type { Objects } from '../bodies/objects.ts';
import { type Delivery, MAX_INLINE_BYTES, type Retry } from '../core/delivery.ts';
import { Rejection } from '../core/rejection.ts';
import { MAX_BODY_BYTES, storedBody, type WebhookRequest } from '../core/request.ts';
import type { Source } from '../core/source.ts';
import type { GatepostEvent } from '../events/event.ts';
import { intakeParts, referringParts } from '../events/intake-parts.ts';
import { interpretDelivery } from '../events/interpretation.ts';
import type { Provider, Verdict } from '../providers/provider.ts';
import type { CommonSettings } from '../providers/shared/common-settings.ts';
import type { SecretCheck } from '../verification/secret-check.ts';
import type { AddressCheck } from './source-addresses.ts';
import type { Store } from './store.ts';

/** The dependencies of one source's ingest. */
export interface IngestContext<Settings extends CommonSettings> {
  readonly provider: Provider<Settings>;
  readonly source: Source<Settings>;
  readonly admits: AddressCheck;
  readonly secrets: SecretCheck;
  readonly store: Store;
  /** Marks what is stored as a delivery that was refused and is taken back. Default: it is none. */
  readonly retry?: Retry;
  readonly objects: Pick<Objects, 'uriOf' | 'put'>;
}

/** The outcome of an authentic request. */
export interface Receipt extends Omit<Verdict, 'parsed' | 'body' | 'outcome'> {
  /** That of the provider; `ignored` if the source lets none of the delivery's events in, so that nothing is stored. */
  readonly outcome: Verdict['outcome'] | 'ignored';
  readonly deliveryId: string;
  readonly verifyMs: number;
  /** The events in it, for the log; absent if nothing was stored. */
  readonly events?: readonly GatepostEvent[];
  /** The events in it that the source does not let in; absent if there are none. They are not stored. */
  readonly leftOut?: readonly GatepostEvent[];
}

/** Verifies and stores a request. When it returns, the delivery is durable. @throws {Rejection} if it is not stored. */
export const receive = async <Settings extends CommonSettings>(
  request: WebhookRequest,
  context: IngestContext<Settings>,
): Promise<Receipt> => {
  const { provider, source, admits, secrets, store } = context;
  const deliveryId = randomUUID();
  if (!admits(request.sourceIp)) throw new Rejection('address-not-allowed');
  if (request.body.length > MAX_BODY_BYTES) throw new Rejection('body-too-large');

  const started = performance.now();
  const { parsed, body, ...verdict } = await provider.authenticate(request, source.settings, secrets);
  const receipt = { ...verdict, deliveryId, verifyMs: performance.now() - started };
  if (verdict.outcome !== 'accepted') return receipt;

  const whole = toDelivery(request, context, deliveryId, body);
  const interpretation = interpretDelivery(provider, whole, source.settings, parsed);
  const { events, leftOut, part } = interpretation;
  const ignored = leftOut.length > 0 && { leftOut: leftOut.map(({ event }) => event) };
  if (events.length === 0 && ignored) return { ...receipt, ...ignored, outcome: 'ignored' };

  const delivery = part(events);
  const parts = isLarge(delivery) ? undefined : intakeParts(interpretation, delivery);
  await store(parts ?? referringParts(interpretation, await withObject(delivery, context)));
  return { ...receipt, ...ignored, events: events.map(({ event }) => event) };
};

const toDelivery = <Settings extends CommonSettings>(
  request: WebhookRequest,
  { provider, source, retry }: IngestContext<Settings>,
  deliveryId: string,
  body: Verdict['body'],
): Delivery => ({
  deliveryId,
  source,
  receivedAt: request.receivedAt.toISOString(),
  headers: present(
    (
      provider.keptHeaders?.(source.settings) ??
      // Stryker disable next-line ArrayDeclaration: no request has a header with the name that the mutant inserts
      []
    ).map((name) => [name, request.headers[name]]),
  ),
  path: present(Object.entries(request.path)),
  ...storedBody(request, body),
  ...(retry !== undefined && { retry }),
});

const isLarge = ({ body, bodyEncoding }: Delivery): boolean =>
  Buffer.byteLength(body, bodyEncoding) > MAX_INLINE_BYTES;

/** Puts the body into the bucket, before the messages that refer to it: what is in intake must be readable. */
const withObject = async <Settings extends CommonSettings>(
  delivery: Delivery,
  { objects }: IngestContext<Settings>,
) => {
  const key = bodyKey(delivery.source.name, delivery.deliveryId);
  try {
    await objects.put(key, bodyObject(delivery));
  } catch (cause) {
    throw new Rejection('intake-unavailable', 'PutObject to the bucket failed', { cause });
  }
  return { ...delivery, bodyRef: objects.uriOf(key) };
};

const present = (
  entries: readonly (readonly [string, string | undefined])[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
