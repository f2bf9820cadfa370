import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { compressBody, MAX_KEPT_BYTES, type RejectedRequest } from '../core/rejected-request.ts';
import { isKept, type Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { type Provider, secretPlaces } from '../providers/provider.ts';
import type { CommonSettings } from '../providers/shared/common-settings.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';
import { hideKnownSecrets } from '../verification/hide-known-secrets.ts';
import { hideSecrets } from '../verification/hide-secrets.ts';
import type { SecretCheck } from '../verification/secret-check.ts';
import { tokenBucket } from './token-bucket.ts';

/** What became of a rejected request. */
export type Kept =
  /** Handed over to be kept, under this id. */
  | { readonly id: string; readonly notKept?: undefined }
  | { readonly id?: undefined; readonly notKept: NotKept };

/** Why a rejected request is not kept. */
export type NotKept =
  /** This instance has handed over as many as it may. */
  | 'too-many'
  /** Its body is too large, even compressed. */
  | 'too-large'
  /** It could not be handed over. */
  | 'unavailable';

/**
 * Hands a rejected request over to be kept.
 *
 * @returns undefined if the reason is none for which requests are kept.
 */
export type Keep = (request: WebhookRequest, rejection: Rejection) => Promise<Kept | undefined>;

/** A source, as far as keeping its rejected requests needs it. */
export interface KeptSource<Settings extends CommonSettings> {
  readonly provider: Provider<Settings>;
  readonly source: { readonly name: string; readonly settings: Settings };
  readonly secrets: SecretCheck;
  /** How long they are kept, in seconds. */
  readonly keep: number;
  /** Whether the sender signed a request that was refused before its signature was verified. Changes nothing outside. */
  isSigned(request: WebhookRequest): Promise<boolean>;
}

/** Of each kind an instance hands over at most that many a minute, so that nobody can fill the queue. */
const A_MINUTE = 6;

/** The answer waits for it. */
const TIMEOUT_MS = 1_000;

/**
 * Hands over to the queue of rejected requests. Those whose signature holds and all others have separate limits: no flood of
 * forged requests pushes out a genuine one.
 *
 * @param now the clock of the limits, in ms.
 */
export const rejectedQueue = <Settings extends CommonSettings>(
  queueUrl: string,
  kept: KeptSource<Settings>,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
  now: () => number = Date.now,
): Keep => {
  const { provider, source, secrets, keep } = kept;
  const limits = { signed: tokenBucket(A_MINUTE, now), other: tokenBucket(A_MINUTE, now) };
  const parts = {
    places: secretPlaces(provider, source.settings),
    scheme: provider.scheme?.(source.settings),
    keptHeaders: provider.keptHeaders?.(source.settings) ?? [],
  };

  const isSigned = async (request: WebhookRequest, rejection: Rejection): Promise<boolean> => {
    if (rejection.isSigned) return true;
    return rejection.status === 403 && (await kept.isSigned(request));
  };

  return async (request, rejection) => {
    if (!isKept(rejection)) return undefined;
    try {
      const signed = await isSigned(request, rejection);
      if (!(signed ? limits.signed : limits.other)()) return { notKept: 'too-many' };
      const body = compressBody(request);
      if (body.length > MAX_KEPT_BYTES) return { notKept: 'too-large' };

      const byPlace = { ...hideSecrets(request, parts), path: request.path };
      const { headers, url, path, hashed } = await hideKnownSecrets(byPlace, secrets);
      const id = randomUUID();
      const message: RejectedRequest = {
        id,
        source: source.name,
        provider: provider.name,
        receivedAt: request.receivedAt.toISOString(),
        reason: rejection.reason,
        detail: rejection.message,
        isSigned: signed,
        keep,
        method: request.method,
        url,
        path,
        sourceIp: request.sourceIp,
        headers,
        hashed: [...hashed],
        bodyGzip: body.toString('base64'),
      };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: source.name,
          MessageDeduplicationId: id,
        }),
        { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
      );
      return { id };
    } catch {
      // The answer does not depend on it.
      return { notKept: 'unavailable' };
    }
  };
};
