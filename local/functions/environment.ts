import type { AwsEndpoints } from '../aws/endpoints.ts';
import { functionCredentials, REGION } from '../aws/endpoints.ts';
import type { FunctionDefinition } from './definition.ts';

/**
 * All environment variables of a function: those of the template, those that Lambda sets, and the SDK's endpoints.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const functionEnvironment = (
  { name, handler, memorySize, directory, environment }: FunctionDefinition,
  endpoints: AwsEndpoints,
): Readonly<Record<string, string>> => ({
  ...environment,
  _HANDLER: handler,
  AWS_ACCESS_KEY_ID: functionCredentials(name).accessKeyId,
  AWS_SECRET_ACCESS_KEY: functionCredentials(name).secretAccessKey,
  AWS_SESSION_TOKEN: functionCredentials(name).sessionToken,
  AWS_DEFAULT_REGION: REGION,
  AWS_REGION: REGION,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  LAMBDA_TASK_ROOT: directory,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoints.logs,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
});
