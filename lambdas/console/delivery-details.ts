import { Rejection } from '../core/rejection.ts';
import { storedBody, type WebhookRequest } from '../core/request.ts';
import { findRejected } from '../event-log/find-rejected.ts';
import { requestOf, type StoredRejection } from '../event-log/stored-rejection.ts';
import { secretPlaces } from '../providers/provider.ts';
import type { SourceGate } from '../rejected/gates.ts';
import { type Explanation, explainStored, type RetryTools } from '../rejected/retry.ts';
import { kindOf } from '../verification/place.ts';
import type { Payload } from './model.ts';
import { withoutKeys } from './without-keys.ts';

/** A rejected delivery as the console shows it: without signatures and secrets. */
export interface DeliveryDetails
  extends Pick<
    StoredRejection,
    | 'id'
    | 'source'
    | 'provider'
    | 'receivedAt'
    | 'reason'
    | 'detail'
    | 'isSigned'
    | 'method'
    | 'sourceIp'
    | 'retried'
    | 'expiresAt'
  > {
  /** Of the body as it came, in bytes. */
  readonly size: number;
  /** Their values, or why they are not shown. */
  readonly headers: readonly { readonly name: string; readonly value?: string; readonly hidden?: string }[];
  /** Undefined if its source is no longer configured. */
  readonly explanation: Explanation | undefined;
  /** Absent if payloads are not shown. */
  readonly payload?: Payload | undefined;
}

/**
 * Reads a rejected delivery, and explains it by the settings and secrets of today.
 *
 * @param payloads whether to include its body.
 * @returns undefined if there is none with that id.
 */
export const readDeliveryDetails = async (
  tools: RetryTools,
  id: string,
  payloads: boolean,
): Promise<DeliveryDetails | undefined> => {
  const found = await findRejected(tools.log, id, tools.now());
  if (found === undefined) return undefined;
  const gate = tools.open(found.source);
  const request = await requestOf(found, tools.objects);
  const { source, provider, receivedAt, reason, detail, isSigned, method, sourceIp, retried } = found;
  return {
    id,
    source,
    provider,
    receivedAt,
    reason,
    detail,
    isSigned,
    method,
    sourceIp,
    ...(retried !== undefined && { retried }),
    expiresAt: found.expiresAt,
    size: request.body.length,
    headers: headersOf(found, gate),
    explanation: gate && (await explainStored(found, request, gate)),
    ...(payloads && { payload: payloadOf(request, gate) }),
  };
};

/** Only headers that are known to hold no signature are shown: those that an event is made from, and a few of HTTP. */
const headersOf = ({ headers, hashed }: StoredRejection, gate: SourceGate | undefined) => {
  const kept = gate?.provider(true).keptHeaders?.(gate.source.settings) ?? [];
  return Object.entries(headers).map(([name, value = '']) => {
    if (hashed.includes(`header:${name}`)) return { name, hidden: 'a hash is kept' };
    return kept.includes(name) || HARMLESS.test(name) ? { name, value } : { name, hidden: 'not shown' };
  });
};

const HARMLESS =
  /^(?:accept|accept-encoding|content-encoding|content-length|content-type|date|host|user-agent|x-amz-sns-[a-z-]+|x-amzn-trace-id|x-forwarded-(?:for|port|proto))$/;

const payloadOf = (request: WebhookRequest, gate: SourceGate | undefined): Payload => {
  if (gate === undefined || isSecretInBody(gate)) return { missing: MAY_HOLD_SECRET };
  try {
    const { body, bodyEncoding } = storedBody(request);
    if (bodyEncoding !== undefined) return { missing: 'It is no text.' };
    return { text: withoutKeys(body, 'all') };
  } catch (error) {
    if (error instanceof Rejection) return { missing: 'It is too large when it is decompressed.' };
    throw error;
  }
};

/** Whether the source looks for a signature or a secret in the body. */
const isSecretInBody = ({ provider, source: { settings } }: SourceGate): boolean => {
  const { scheme, ...rest } = provider(true);
  const places = [...(scheme?.(settings).proof.at ?? []), ...secretPlaces({ scheme, ...rest }, settings)];
  return places.some((place) => ['body', 'item'].includes(kindOf(place)));
};

const MAY_HOLD_SECRET =
  'It may hold a signature or a secret, and is not shown here: gatepost rejected show has it.';
