import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AccessLogProps {
  readonly prefix: string;
  readonly retention: RetentionDays;
}

/**
 * The gate's access log: one JSON line per request. Without the path, which is untrusted, and without headers, which may
 * contain a signature or a secret.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly format = AccessLogFormat.custom(JSON.stringify(FIELDS));

  constructor(scope: Construct, id: string, { prefix, retention }: AccessLogProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      // With this prefix the log group doesn't need the account's resource policy, which is limited to 5,120 characters. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
      logGroupName: `/aws/vendedlogs/${prefix}-gate`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/**
 * Variables of API Gateway. All values are strings; a missing one is `-`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FIELDS = {
  // Required by API Gateway.
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  /** From the request to the complete response. */
  latencyMs: '$context.responseLatency',
  /** 200 if the function returned any response. */
  integrationStatus: '$context.integrationStatus',
  sourceIp: '$context.identity.sourceIp',
} as const;
