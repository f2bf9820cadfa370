const RUN_TYPES: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  // `../iam/` enforces the permissions.
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
]);

/** Left out by design: they do not affect how a delivery is processed. */
const LEFT_OUT: readonly RegExp[] = [
  // Deployments, log settings, throttling and names of the HTTP API.
  /^AWS::ApiGatewayV2::(ApiMapping|Deployment|DomainName|Stage)$/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CertificateManager::/,
  /^AWS::CloudWatch::/,
  /^AWS::KMS::/,
  /^AWS::Lambda::Permission$/,
  /^AWS::Logs::/,
  /^AWS::SecretsManager::ResourcePolicy$/,
  /^AWS::SNS::/,
  // Deletes the settings of removed throttles.
  /^Custom::AWS$/,
];

/** The types that are neither run nor left out by design. */
export const unknownTypes = (types: readonly string[]): readonly string[] =>
  types.filter((type) => !RUN_TYPES.has(type) && !LEFT_OUT.some((pattern) => pattern.test(type)));
