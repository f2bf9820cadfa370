import { isUtf8 } from 'node:buffer';
import { type GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { createIngest, type IngestEdges } from '../../../lambdas/ingest/handler.ts';
import { secretsManager } from '../../../lambdas/ingest/secrets-manager.ts';
import { type ProviderName, providerNamed } from '../../../lambdas/providers/index.ts';
import { innerSignatureCheck } from '../../../lambdas/providers/ivvy/inner-signature.ts';
import { createIvvy } from '../../../lambdas/providers/ivvy/ivvy.ts';
import { ivvyAddressee } from '../../../lambdas/providers/ivvy/topic.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';
import { confirmSubscription } from '../../../lambdas/providers/shared/sns/confirm-subscription.ts';
import { checkSnsEnvelope } from '../../../lambdas/providers/shared/sns/envelope.ts';
import { verifySns } from '../../../lambdas/providers/shared/sns/signature.ts';
import { createSns } from '../../../lambdas/providers/sns/sns.ts';
import { ivvyTopic, signSns } from '../../../senders/ivvy.ts';
import { snsNotification } from '../../../senders/sns.ts';
import { aRequest } from '../../lambdas/support/deliveries.ts';
import { ivvySource } from '../../lambdas/support/ivvy.ts';
import { jwt } from '../../lambdas/support/jwt.ts';
import { objectsInMemory } from '../../lambdas/support/objects.ts';
import { reasonOf } from '../../lambdas/support/rejections.ts';
import type { World } from '../../lambdas/support/world.ts';
import type { Sent, Target } from './targets.ts';

/** Lets iVvy's check of SNS signatures have the certificate, which it then keeps: on a busy machine it may take some tries. */
export const fetchCertificate = async (world: World): Promise<void> => {
  const text = JSON.stringify(signSns(snsNotification(ivvyTopic(), 'a message'), world.pki.sns.key));
  const envelope = checkSnsEnvelope(
    text,
    aRequest(text, { receivedAt: new Date() }),
    ivvyAddressee(ivvySource()),
  );
  for (let tries = 0; (await reasonOf(() => verifySns(envelope))) !== undefined; tries++) {
    if (tries === 10) throw new Error('the certificate of SNS can’t be had');
  }
};

/** A provider, and the hosts outside that it asks: they answer at once. */
const providerOf = (name: ProviderName, world: World): Provider<never> => {
  if (name === 'sns') {
    const confirm = async () => undefined;
    return createSns({ verify: verifySns, confirm }) as unknown as Provider<never>;
  }
  if (name === 'jwt') return jwt as unknown as Provider<never>;
  if (name !== 'ivvy') return providerNamed(name);
  const get = async () => ({ status: 200, text: world.pki.ivvy.publicKey });
  return createIvvy({
    verify: verifySns,
    confirm: (envelope) => confirmSubscription(envelope, get),
    checkInner: innerSignatureCheck(get),
  }) as Provider<never>;
};

/**
 * The ingest function of a target, with an SQS that takes whatever it is sent.
 *
 * @param sqs what it is sent to instead.
 */
export const startIngest = (
  { name, provider, settings, secret }: Target,
  world: World,
  sqs: Pick<SQSClient, 'send'> = { send: async () => ({}) },
) => {
  Object.assign(process.env, {
    SOURCE: JSON.stringify({ name, provider, settings }),
    INTAKE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo',
    BODIES_BUCKET: 'bodies',
    SECRET_ARN: name,
  });
  const client = {
    send: async ({ input }: GetSecretValueCommand) => {
      if (input.VersionStage === 'AWSCURRENT') return { SecretString: secret, CreatedDate: new Date(0) };
      throw new ResourceNotFoundException({ message: 'there was none before', $metadata: {} });
    },
  };
  const secretVersions = (secretArn: string) =>
    secretsManager(secretArn, client as Parameters<typeof secretsManager>[1]);
  return createIngest(providerOf(provider, world), {
    sqs,
    secretVersions,
    objects: objectsInMemory(),
  } as IngestEdges) as (
    event: APIGatewayProxyEventV2,
    context: Context,
  ) => Promise<APIGatewayProxyStructuredResultV2>;
};

/** The event that API Gateway makes of a POST: what can't be text is base64, and what can be may be. */
export const eventOf = (
  { headers, path, body, query = '' }: Sent,
  encoded: boolean,
  receivedAt = Date.now(),
): APIGatewayProxyEventV2 => {
  const isBase64Encoded = encoded || !isUtf8(body);
  return {
    headers: { ...headers },
    pathParameters: path,
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
    rawPath: '/hooks/mine',
    rawQueryString: query,
    requestContext: {
      http: { method: 'POST', sourceIp: '203.0.113.7' },
      domainName: 'id.execute-api.eu-west-1.amazonaws.com',
      timeEpoch: receivedAt,
    },
  } as unknown as APIGatewayProxyEventV2;
};
