import { createHash } from 'node:crypto';
import {
  GetApiCommand,
  GetIntegrationCommand,
  GetRoutesCommand,
  GetStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, DescribeMetricFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, GetRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetPolicyCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Properties } from '../../../local/assembly/template.ts';
import type { Clients } from '../clients.ts';

/**
 * Reads a resource from its own service, spelled as the template spells it.
 *
 * @param id its physical id.
 * @param wanted what the template asks for, resolved: some resources are found through another that it names.
 * @throws whatever the SDK throws, above all where there is no such resource.
 */
export type Reader = (clients: Clients, id: string, wanted: Properties) => Promise<object>;

/** By resource type. */
export const READERS: Readonly<Record<string, Reader>> = {
  'AWS::ApiGatewayV2::Api': ({ apiGateway }, id) => apiGateway.send(new GetApiCommand({ ApiId: id })),
  'AWS::ApiGatewayV2::Integration': async ({ apiGateway }, id, { ApiId }) => ({
    ApiId,
    ...(await apiGateway.send(new GetIntegrationCommand({ ApiId: String(ApiId), IntegrationId: id }))),
  }),
  // By its key: MiniStack's physical id of a route is that of the API.
  'AWS::ApiGatewayV2::Route': async ({ apiGateway }, _, { ApiId, RouteKey }) => {
    const { Items = [] } = await apiGateway.send(new GetRoutesCommand({ ApiId: String(ApiId) }));
    return { ApiId, ...Items.find((route) => route.RouteKey === RouteKey) };
  },
  'AWS::ApiGatewayV2::Stage': async ({ apiGateway }, id, { ApiId }) => ({
    ApiId,
    ...(await apiGateway.send(new GetStageCommand({ ApiId: String(ApiId), StageName: id }))),
  }),

  'AWS::Lambda::Function': async ({ lambda, packedAsset }, id, { Code }) => {
    const { Configuration = {}, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: id }));
    const { ReservedConcurrentExecutions } = await lambda.send(
      new GetFunctionConcurrencyCommand({ FunctionName: id }),
    );
    // Lambda doesn't say which object it took its code from, only what the digest of that was.
    const { S3Key = '' } = Code as Readonly<Record<string, string>>;
    const digest = createHash('sha256')
      .update(await packedAsset(S3Key))
      .digest('base64');
    return {
      ...Configuration,
      Code: digest === Configuration.CodeSha256 ? Code : Configuration.CodeSha256,
      ReservedConcurrentExecutions,
      Tags,
    };
  },
  'AWS::Lambda::EventSourceMapping': async ({ lambda }, id) => {
    const { FunctionArn = '', ...mapping } = await lambda.send(
      new GetEventSourceMappingCommand({ UUID: id }),
    );
    return { ...mapping, FunctionName: FunctionArn.split(':').at(-1) };
  },
  'AWS::Lambda::Permission': async ({ lambda }, _, wanted) => {
    const FunctionName = String(wanted.FunctionName);
    const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    const statements: readonly Statement[] = JSON.parse(Policy).Statement ?? [];
    const permissions = statements.map(({ Action, Principal, Resource, Condition }) => ({
      Action,
      Principal: Principal.Service,
      FunctionName: FunctionName.startsWith('arn:') ? Resource : Resource.split(':').at(-1),
      SourceArn: Condition?.ArnLike?.['AWS:SourceArn'],
    }));
    return permissions.find(({ SourceArn }) => SourceArn === wanted.SourceArn) ?? permissions[0] ?? {};
  },

  'AWS::SQS::Queue': async ({ sqs }, id) => {
    const attributes = await queueAttributes(sqs, id);
    const { RedrivePolicy } = attributes;
    return {
      ...attributes,
      QueueName: id.split('/').at(-1),
      ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.parse(RedrivePolicy) }),
    };
  },
  'AWS::SQS::QueuePolicy': async ({ sqs }, _, { Queues }) => {
    const [url = ''] = Queues as readonly string[];
    const { Policy = '{}' } = await queueAttributes(sqs, url);
    return { Queues, PolicyDocument: JSON.parse(Policy) };
  },

  'AWS::S3::Bucket': async ({ s3 }, id) => {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const bucket = Buckets.find(({ Name }) => Name === id);
    if (bucket === undefined) return {};
    const Bucket = id;
    const [encryption, block, ownership, lifecycle] = await Promise.all([
      ifConfigured(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
      ifConfigured(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
      ifConfigured(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
      ifConfigured(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    ]);
    const { Rules: encryptionRules } = encryption?.ServerSideEncryptionConfiguration ?? {};
    return {
      BucketName: id,
      CreationDate: bucket.CreationDate,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: encryptionRules?.map(({ ApplyServerSideEncryptionByDefault }) => ({
          ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
        })),
      },
      PublicAccessBlockConfiguration: block?.PublicAccessBlockConfiguration,
      OwnershipControls: ownership?.OwnershipControls,
      LifecycleConfiguration: lifecycle && { Rules: lifecycle.Rules?.map(lifecycleRule) },
    };
  },
  'AWS::S3::BucketPolicy': async ({ s3 }, _, { Bucket }) => {
    const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket: String(Bucket) }));
    return { Bucket, PolicyDocument: JSON.parse(Policy) };
  },

  'AWS::DynamoDB::Table': async ({ dynamoDb }, id) => {
    const [{ Table = {} }, { TimeToLiveDescription }, { ContinuousBackupsDescription }] = await Promise.all([
      dynamoDb.send(new DescribeTableCommand({ TableName: id })),
      dynamoDb.send(new DescribeTimeToLiveCommand({ TableName: id })),
      dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName: id })),
    ]);
    return {
      ...Table,
      BillingMode: Table.BillingModeSummary?.BillingMode,
      SSESpecification: { SSEEnabled: Table.SSEDescription?.Status === 'ENABLED' },
      TimeToLiveSpecification: {
        AttributeName: TimeToLiveDescription?.AttributeName,
        Enabled: TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED',
      },
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled:
          ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus ===
          'ENABLED',
      },
    };
  },

  'AWS::Logs::LogGroup': async ({ logs }, id) => {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const { logGroupName, retentionInDays } = logGroups.find((group) => group.logGroupName === id) ?? {};
    return { LogGroupName: logGroupName, RetentionInDays: retentionInDays };
  },

  'AWS::Logs::MetricFilter': async ({ logs }, id, { LogGroupName }) => {
    const { metricFilters = [] } = await logs.send(
      new DescribeMetricFiltersCommand({ logGroupName: String(LogGroupName), filterNamePrefix: id }),
    );
    const found = metricFilters.find(({ filterName }) => filterName === id);
    if (found === undefined) return {};
    const { filterName, filterPattern, logGroupName, metricTransformations = [] } = found;
    return {
      FilterName: filterName,
      FilterPattern: filterPattern,
      LogGroupName: logGroupName,
      MetricTransformations: metricTransformations.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
        ),
      ),
    };
  },

  'AWS::IAM::Role': async ({ iam }, id) => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: id }));
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: id }));
    const Policies = await Promise.all(
      PolicyNames.map(async (PolicyName) => {
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: id, PolicyName }));
        return { PolicyName, PolicyDocument: policy(PolicyDocument) };
      }),
    );
    return { ...Role, AssumeRolePolicyDocument: policy(Role?.AssumeRolePolicyDocument), Policies };
  },

  'AWS::IAM::Policy': async ({ iam }, _, { PolicyName, Roles }) => {
    const [RoleName] = Roles as readonly string[];
    const named = { RoleName, PolicyName: String(PolicyName) };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(named));
    return { PolicyName, Roles, PolicyDocument: policy(PolicyDocument) };
  },

  'AWS::SecretsManager::Secret': async ({ secrets }, id) => ({
    ...(await secrets.send(new DescribeSecretCommand({ SecretId: id }))),
    ...(await secrets.send(new GetSecretValueCommand({ SecretId: id }))),
  }),

  'AWS::CloudWatch::Alarm': async ({ cloudWatch }, id) => {
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [id], AlarmTypes: ['MetricAlarm'] }),
    );
    return MetricAlarms[0] ?? {};
  },
  'AWS::CloudWatch::Dashboard': async ({ cloudWatch }, id) => {
    const { DashboardName, DashboardBody } = await cloudWatch.send(
      new GetDashboardCommand({ DashboardName: id }),
    );
    return { DashboardName, DashboardBody };
  },

  'AWS::SNS::Topic': async ({ sns }, id) => {
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: id }));
    return { ...Attributes, TopicName: id.split(':').at(-1) };
  },
  'AWS::SNS::TopicPolicy': async ({ sns }, _, { Topics }) => {
    const [TopicArn] = Topics as readonly string[];
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    return { Topics, PolicyDocument: JSON.parse(Attributes?.Policy ?? '{}') };
  },
  'AWS::SNS::Subscription': async ({ sns }, id) => {
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    return { ...Attributes };
  },
};

interface Statement {
  readonly Action: string;
  readonly Principal: { readonly Service?: string };
  readonly Resource: string;
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}

/** `undefined` where a bucket has none: S3 gives an error. */
const ifConfigured = <T>(configuration: Promise<T>): Promise<T | undefined> =>
  configuration.catch((error: unknown) => {
    if (Error.isError(error) && /NotFound|NoSuch/.test(error.name)) return undefined;
    throw error;
  });

/** As the template spells it. */
const lifecycleRule = ({ ID, Filter, Status, Expiration }: LifecycleRule): Properties => ({
  Id: ID,
  Prefix: Filter?.Prefix,
  Status,
  ExpirationInDays: Expiration?.Days,
});

const queueAttributes = async (
  sqs: Clients['sqs'],
  QueueUrl: string,
): Promise<Readonly<Record<string, string>>> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Attributes;
};

/** IAM gives policies as URL-encoded JSON. */
const policy = (document: string | undefined): unknown => JSON.parse(decodeURIComponent(document ?? '{}'));
