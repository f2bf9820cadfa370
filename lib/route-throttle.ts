import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { CfnApi, CfnRoute, CfnStage, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, Logging } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { allow } from './node-function.ts';
import type { Throttle } from './throttle.ts';

export interface RouteThrottleProps {
  readonly stage: HttpStage;
  readonly route: CfnRoute;
  readonly throttle: Throttle;
  /** For the log of the function that removes the limits. */
  readonly logRetention: RetentionDays;
}

/**
 * The throttle of one route, and its removal.
 *
 * CloudFormation writes a route's settings into the stage, but never removes them: they stay in force, and once the route is
 * deleted, every update of the stage fails ("Unable to find Route by key"). So a custom resource deletes them. It depends on
 * the route, so CloudFormation deletes it before the route.
 *
 * @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html
 */
export class RouteThrottle extends Construct {
  constructor(scope: Construct, id: string, { stage, route, throttle, logRetention }: RouteThrottleProps) {
    super(scope, id);
    const cfnStage = stage.node.defaultChild as CfnStage;
    cfnStage.routeSettings = {
      ...cfnStage.routeSettings,
      [route.routeKey]: { ThrottlingRateLimit: throttle.rate, ThrottlingBurstLimit: throttle.burst },
    };
    // API Gateway rejects settings of a route that doesn't exist yet.
    cfnStage.addResourceDependency(route);

    const { logGroup, role } = remover(Stack.of(this), logRetention);
    const { partition, region } = Stack.of(this);
    const settings = (part: string, place: string, api: string) =>
      `arn:${part}:apigateway:${place}::/apis/${api}/stages/${stage.stageName}/routesettings/*`;
    role.addToPolicy(allow(['apigateway:DELETE'], [settings(partition, region, route.apiId)]));
    const api = Stack.of(this).getLogicalId(stage.api.node.defaultChild as CfnApi);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${settings('<AWS::Partition>', '<AWS::Region>', `<${api}>`)}]`,
      reason:
        'The format of a route key, which has a space and slashes, in an ARN is not documented. All are of this API',
    });
    const removal = new AwsCustomResource(this, 'Removal', {
      onDelete: {
        service: 'apigatewayv2',
        action: 'DeleteRouteSettings',
        parameters: { ApiId: route.apiId, StageName: stage.stageName, RouteKey: route.routeKey },
        // The settings were already removed manually.
        ignoreErrorCodesMatching: 'NotFoundException',
        logging: Logging.withDataHidden(),
      },
      installLatestAwsSdk: false,
      role,
      logGroup,
    });
    removal.node.addDependency(route, stage, role);
  }
}

/** The role and the log of the one function for all custom resources of this kind in a stack. */
const remover = (
  stack: Stack,
  retention: RetentionDays,
): { readonly logGroup: LogGroup; readonly role: Role } => {
  const existing = stack.node.tryFindChild(ROLE);
  if (existing !== undefined) {
    return { role: existing as Role, logGroup: stack.node.findChild(LOG_GROUP) as LogGroup };
  }
  const logGroup = new LogGroup(stack, LOG_GROUP, { retention, removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(stack, ROLE, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: 'Removes the throttles of routes',
    inlinePolicies: {
      Log: new PolicyDocument({
        statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn])],
      }),
    },
  });
  return { logGroup, role };
};

const ROLE = 'RouteThrottleRemovalRole';
const LOG_GROUP = 'RouteThrottleRemovalLogs';
