import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AccessLogProps {
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  readonly retention: RetentionDays;
}

/**
 * What came to the gate and how it was answered, one JSON line a request. Without the path, which anyone may fill with
 * anything, and without headers, which may hold a signature or a secret.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly format = AccessLogFormat.custom(JSON.stringify(FIELDS));

  constructor(scope: Construct, id: string, { prefix, retention }: AccessLogProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      // Under this name the log group is not entered into the account's resource policy for logs, which has an end at
      // 5,120 characters. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
      logGroupName: `/aws/vendedlogs/${prefix}-gate`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/**
 * What is known of a request, by API Gateway's names. Each is a string, for where there is nothing to tell it says `-`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FIELDS = {
  // Without it, API Gateway takes no format.
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  /** From the request to the whole answer, in ms. */
  latencyMs: '$context.responseLatency',
  /** What Lambda said: 200 where the function answered, whatever the answer was. */
  integrationStatus: '$context.integrationStatus',
  sourceIp: '$context.identity.sourceIp',
} as const;
