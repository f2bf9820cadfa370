import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { bucketObjects } from '../bodies/objects.ts';
import { Rejection } from '../core/rejection.ts';
import { toWebhookRequest, type WebhookRequest } from '../core/request.ts';
import { parseSettings, type Source } from '../core/source.ts';
import { hasSecret, type Provider } from '../providers/provider.ts';
import { type CommonSettings, keepsRejected } from '../providers/shared/common-settings.ts';
import { inTodaysForm } from '../providers/shared/former-settings.ts';
import { environment } from '../runtime/environment.ts';
import { type Counts, logLine, print } from '../runtime/observe.ts';
import { WITHOUT_EARLY_END } from '../runtime/without-early-end.ts';
import type { SecretCheck } from '../verification/secret-check.ts';
import { answer } from './answer.ts';
import { answerRejections } from './answer-rejections.ts';
import { type Keep, rejectedQueue } from './keep.ts';
import { type IngestContext, type Receipt, receive } from './receive.ts';
import { rememberedSecrets, type SecretVersions } from './secrets.ts';
import { sourceAddresses } from './source-addresses.ts';
import { intakeQueue } from './store.ts';

/** Access to AWS. */
export interface IngestEdges {
  /** Loads a source's secret. Omitted for a provider without secrets, whose bundle then has no such client. */
  readonly secretVersions?: (secretArn: string) => () => Promise<SecretVersions>;
  /** Default: a client of its own. */
  readonly sqs?: Parameters<typeof intakeQueue>[1];
  /** The bucket. Default: with a client of its own. */
  readonly objects?: IngestContext<CommonSettings>['objects'];
}

/**
 * The ingest function of a provider's sources: verify, store, answer.
 *
 * Environment: `SOURCE` (a {@link Source} as JSON), `INTAKE_QUEUE_URL`, `BODIES_BUCKET`, `SECRET_ARN` if the provider has a
 * secret, `REJECTED_QUEUE_URL` if rejected requests are kept, `METRIC_NAMESPACE`, and `COUNT_ACCEPTED=true` if an alarm counts
 * what was accepted.
 *
 * @throws {Error} at the function's start if its environment is wrong.
 */
export const createIngest = <Settings extends CommonSettings>(
  provider: Provider<Settings>,
  { secretVersions, sqs, objects = bucketObjects(environment('BODIES_BUCKET')) }: IngestEdges = {},
) => {
  const configured = JSON.parse(environment('SOURCE')) as Source;
  const settings = parseSettings(provider.settings, configured.name, inTodaysForm(configured.settings));
  const context = {
    provider,
    source: { ...configured, settings },
    admits: sourceAddresses(settings.sourceIps),
    secrets: hasSecret(provider, settings)
      ? secretCheck(provider.name, secretVersions, settings.rotationGrace)
      : noSecret,
    store: intakeQueue(environment('INTAKE_QUEUE_URL'), sqs),
    objects,
  };
  const source = context.source.name;
  const mayBeSilent = process.env.COUNT_ACCEPTED !== 'true';

  return middy(WITHOUT_EARLY_END)
    .use(answerRejections(source, keeper(context, sqs)))
    .handler(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
      const request = toWebhookRequest(event);
      const receipt = await receive(request, context);
      const { outcome, deliveryId, verifyMs, findings = {}, events = [], leftOut = [] } = receipt;
      const [first = leftOut[0]] = events;
      const isStored = events.length > 0;
      const answerMs = Date.now() - request.receivedAt.getTime();
      const line = {
        source,
        outcome,
        deliveryId,
        ...findings,
        ...(first !== undefined && { entity: first.entity, action: first.action }),
        // What is ignored is nowhere, so its key would lead to nothing.
        ...(isStored && { key: first?.id }),
        ...(events.length > 1 && { events: events.length }),
        ...(leftOut.length > 0 && { ignored: leftOut.length }),
        verifyMs: Math.round(verifyMs * 100) / 100,
        answerMs,
      };
      print([logLine('INFO', outcome, line, countsOf(outcome, mayBeSilent))]);
      return answer(200, receipt.answer ?? { status: outcome, deliveryId }, receipt.answerHeaders);
    });
};

/** Keeps what is refused; undefined if the source keeps nothing. */
const keeper = <Settings extends CommonSettings>(
  { provider, source, secrets }: IngestContext<Settings>,
  sqs: IngestEdges['sqs'],
): Keep | undefined => {
  const keep = keepsRejected(source.settings);
  const queueUrl = process.env.REJECTED_QUEUE_URL;
  if (keep === undefined || queueUrl === undefined) return undefined;
  const isSigned = async (request: WebhookRequest): Promise<boolean> => {
    if (provider.isSigned !== undefined) return await provider.isSigned(request, source.settings);
    // To verify by a scheme changes nothing outside. Any other provider may fetch or confirm something.
    if (provider.scheme === undefined) return false;
    return await provider.authenticate(request, source.settings, secrets).then(
      () => true,
      (error: unknown) => error instanceof Rejection && error.isSigned,
    );
  };
  return rejectedQueue(queueUrl, { provider, source, secrets, keep, isSigned }, sqs);
};

/** @param mayBeSilent whether no alarm needs to know what was accepted. */
const countsOf = (outcome: Receipt['outcome'], mayBeSilent: boolean): Counts => {
  if (outcome === 'unsubscribed') return { Unsubscribed: 1 };
  // What the source does not let in shows that its provider is there.
  return (outcome === 'accepted' || outcome === 'ignored') && !mayBeSilent ? { Accepted: 1 } : {};
};

const secretCheck = (
  provider: string,
  secretVersions: IngestEdges['secretVersions'],
  rotationGrace = 0,
): SecretCheck => {
  if (secretVersions === undefined)
    throw new Error(`${provider} has a secret, but its function can't load it`);
  return rememberedSecrets(secretVersions(environment('SECRET_ARN')), rotationGrace);
};

const noSecret: SecretCheck = () => {
  throw new Rejection('secret-unset', 'this provider has no secret');
};
