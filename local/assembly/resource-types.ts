/** The resource types that the local stack runs. */
const RUN_TYPES: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  // Who may do what, which `../iam/` enforces.
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
]);

/** The resource types that the local stack leaves out by design: they do not affect how a delivery is processed. */
const LEFT_OUT: readonly RegExp[] = [
  // Deployments, log settings, throttling and names of the HTTP API.
  /^AWS::ApiGatewayV2::(ApiMapping|Deployment|DomainName|Stage)$/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CertificateManager::/,
  // Alarms and dashboards only observe.
  /^AWS::CloudWatch::/,
  /^AWS::KMS::/,
  /^AWS::Lambda::Permission$/,
  /^AWS::Logs::/,
  /^AWS::SecretsManager::ResourcePolicy$/,
  /^AWS::SNS::/,
  // Deletes the limits of a route when they go.
  /^Custom::AWS$/,
];

/** The types among these that the local stack neither runs nor knows to be without effect. */
export const unknownTypes = (types: readonly string[]): readonly string[] =>
  types.filter((type) => !RUN_TYPES.has(type) && !LEFT_OUT.some((pattern) => pattern.test(type)));
