import { Annotations, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bodyKey } from '../lambdas/bodies/keys.ts';
import { PLACEHOLDER_SECRET } from '../lambdas/ingest/secrets.ts';
import { hasSecret } from '../lambdas/providers/provider.ts';
import { METRIC_NAMESPACE_VARIABLE, metricNamespace } from '../lambdas/runtime/metric-schema.ts';
import type { Bodies } from './bodies.ts';
import { checkEnvironmentSize } from './checks.ts';
import { isKeeping } from './keeping.ts';
import { allow, NodeFunction } from './node-function.ts';
import type { ConfiguredSource } from './sources.ts';

export interface IngestProps {
  readonly prefix: string;
  readonly configured: ConfiguredSource;
  readonly intakeQueue: IQueue;
  /** Undefined if no source keeps rejected deliveries. */
  readonly rejectedQueue: IQueue | undefined;
  readonly bodies: Bodies;
  readonly logRetention: RetentionDays;
}

/** A source's ingest function, and its secret if its provider uses one. */
export class Ingest extends Construct {
  readonly function: NodeFunction;
  /**
   * Contains a placeholder, with which the source answers 503, until the secret is set. CloudFormation overwrites it only if
   * the placeholder changes. Retained when the source is removed, because the provider may not show it again.
   */
  readonly secret: Secret | undefined;

  /** @throws {SettingError} if the settings are too large for a function. */
  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { prefix, configured, intakeQueue, bodies, logRetention } = props;
    const { source, provider, options } = configured;
    const rejectedQueue = isKeeping(configured) ? props.rejectedQueue : undefined;
    const sourceJson = JSON.stringify(source);
    checkEnvironmentSize(`Source "${source.name}": its configuration`, sourceJson);

    const openings = provider.openings?.(source.settings as never) ?? [];
    for (const [index, opening] of openings.entries()) {
      // A fact about the sender, which no setting changes: an information, which no strict deployment refuses.
      Annotations.of(this).addInfoV2(`gatepost:open-${index}`, `Source "${source.name}": ${opening}`);
    }

    this.secret = hasSecret(provider, source.settings as never) ? this.addSecret(props) : undefined;

    this.function = new NodeFunction(this, 'Function', {
      functionName: `${prefix}-ingest-${source.name}`,
      description: `Verifies, stores and answers deliveries of ${provider.name} to the source ${source.name}`,
      entry: `lambdas/ingest/functions/${provider.name}.ts`,
      timeout: Duration.seconds(10),
      // The largest body takes almost half of it: docs/benchmarks.md, memory/ingest.
      memorySize: 512,
      logRetention,
      reservedConcurrency: options.reservedConcurrency,
      environment: {
        SOURCE: sourceJson,
        INTAKE_QUEUE_URL: intakeQueue.queueUrl,
        BODIES_BUCKET: bodies.bucket.bucketName,
        [METRIC_NAMESPACE_VARIABLE]: metricNamespace(prefix),
        ...(options.silenceAfter !== undefined && { COUNT_ACCEPTED: 'true' }),
        ...(this.secret !== undefined && { SECRET_ARN: this.secret.secretArn }),
        ...(rejectedQueue !== undefined && { REJECTED_QUEUE_URL: rejectedQueue.queueUrl }),
      },
      objects: [{ action: 's3:PutObject', bucket: bodies.bucket, folder: bodyKey(source.name, '') }],
      statements: [
        allow(
          ['sqs:SendMessage'],
          [intakeQueue, rejectedQueue].flatMap((queue) => queue?.queueArn ?? []),
        ),
        ...(this.secret === undefined
          ? []
          : [allow(['secretsmanager:GetSecretValue'], [this.secret.secretArn])]),
      ],
    });
  }

  private addSecret({ prefix, configured: { source, provider } }: IngestProps): Secret {
    const secret = new Secret(this, 'Secret', {
      secretName: `${prefix}/${source.name}`,
      description: `The secret that ${provider.name} signs the deliveries of the source ${source.name} with`,
      // Not unsafe: the template shows only a placeholder.
      secretStringValue: SecretValue.unsafePlainText(PLACEHOLDER_SECRET),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "It must match the provider's, and no provider has an API for that: it can't be rotated automatically",
    });
    return secret;
  }
}
