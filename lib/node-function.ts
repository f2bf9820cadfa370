import { type CfnElement, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bundle } from './bundle.ts';

export interface NodeFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** The file that exports `handler`, relative to the project's root. */
  readonly entry: string;
  /** Further files of its bundle, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly reservedConcurrency?: number | undefined;
  /** All permissions, except for its own log and for objects. */
  readonly statements: readonly PolicyStatement[];
  /** What it may do with objects. Default: nothing. */
  readonly objects?: readonly ObjectPermission[];
}

export interface ObjectPermission {
  readonly action: 's3:GetObject' | 's3:PutObject';
  readonly bucket: Bucket;
  /** The beginning of the objects' keys: `bodies/`. */
  readonly folder: string;
}

/**
 * A function with its own role and log group. The role allows only the listed statements; CDK's grants and Lambda's managed
 * policy would allow unused actions, and all log groups of the account.
 */
export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const { functionName, description, timeout, memorySize, logRetention, reservedConcurrency } = props;

    const logGroup = new LogGroup(scope, `${id}LogGroup`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { objects = [] } = props;
    const onObjects = objects.map(({ action, bucket, folder }) =>
      allow([action], [bucket.arnForObjects(`${folder}*`)]),
    );
    const writeLog = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
      inlinePolicies: {
        Only: new PolicyDocument({ statements: [writeLog, ...props.statements, ...onObjects] }),
      },
    });
    for (const { bucket, folder } of objects) {
      const id = Stack.of(scope).getLogicalId(bucket.node.defaultChild as CfnElement);
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/${folder}*]`,
        reason:
          'The keys of objects are not known beforehand; the function may use those of one folder alone',
      });
    }

    super(scope, id, {
      functionName,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundle(props.entry, props.files),
      handler: 'index.handler',
      timeout,
      memorySize,
      environment: { ...RUNTIME_OPTIONS, ...props.environment },
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      role,
      logGroup,
    });
  }
}

/** Suppresses deprecation warnings, which sns-validator causes at each start. */
const RUNTIME_OPTIONS = { NODE_OPTIONS: '--no-deprecation' } as const;

export const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });
