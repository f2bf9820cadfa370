import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { CliError } from '../cli-error.ts';
import type { Deployment, Place } from './deployment.ts';
import { type FunctionConfiguration, functionNames, readDeployment, readRouting } from './read-deployment.ts';
import { selectedProfile } from './shell-settings.ts';

/** The requests to AWS that describe a stack. */
export interface StackReader {
  outputs(stack: string): Promise<Readonly<Record<string, string>>>;
  functionConfiguration(functionName: string): Promise<FunctionConfiguration>;
  /** The template's metadata. */
  metadata(stack: string): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Finds a stack on AWS, with the credentials that the SDK finds.
 *
 * @param reader Default: the SDK.
 * @throws {CliError} where there is no such stack or profile, or the request fails.
 */
export const findStack = async (
  { stack, region, profile }: Place,
  reader?: StackReader,
): Promise<Deployment> => {
  adaptEnvironment(await selectedProfile(profile));
  const client = clientConfig(region ?? regionOfEnvironment(), profile);
  const { outputs, functionConfiguration, metadata } = reader ?? sdkReader(client);
  try {
    const found = await outputs(stack);
    const functions = await Promise.all(
      functionNames(found).map(async (name) => [name, await functionConfiguration(name)] as const),
    );
    const facts = { outputs: found, functions: Object.fromEntries(functions) };
    return {
      kind: 'stack',
      ...readDeployment(`the stack ${stack}`, facts),
      routing: async () => {
        try {
          return readRouting({ outputs: found, metadata: await metadata(stack) });
        } catch (error) {
          throw explain(stack, process.env.AWS_PROFILE, error);
        }
      },
      clients: {
        // With AWS_ENDPOINT_URL, requests go there and not to the host in the queue's URL.
        sqs: { ...client, useQueueUrlAsEndpoint: false },
        dynamodb: client,
        s3: client,
        secretsManager: client,
        logs: client,
        invoke: client,
        lambda: client,
      },
    };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw explain(stack, process.env.AWS_PROFILE, error);
  }
};

type Logger = NonNullable<CloudFormationClientConfig['logger']>;

interface ClientConfig {
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: ReturnType<typeof fromEnv>;
  readonly logger: Logger;
}

const clientConfig = (region: string | undefined, profile: string | undefined): ClientConfig => ({
  ...(region !== undefined && { region }),
  ...(profile !== undefined && { profile }),
  ...(profile === undefined && hasKeys() && { credentials: fromEnv() }),
  logger: SILENT,
});

/** With AWS_PROFILE, the SDK passes over the keys in the environment; the AWS CLI does so with `--profile` only. */
const hasKeys = (): boolean => Boolean(process.env.AWS_ACCESS_KEY_ID && process.env.AWS_SECRET_ACCESS_KEY);

/**
 * Changes the environment so that the SDK reads it as the AWS CLI does. The SDK finds a profile's `endpoint_url` by AWS_PROFILE
 * only, the AWS CLI by `--profile`, AWS_PROFILE and AWS_DEFAULT_PROFILE.
 */
const adaptEnvironment = (profile: string | undefined): void => {
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The SDK takes an empty one for the name of a region.
  if (process.env.AWS_REGION === '') delete process.env.AWS_REGION;
};

/** The SDK reads AWS_REGION only; the AWS CLI reads both, in this order. */
const regionOfEnvironment = (): string | undefined =>
  process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;

const ignore = (): void => undefined;

/** Without a logger the SDK prints its warnings, such as that of two sources of credentials, to the console. */
const SILENT: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

const sdkReader = (client: ClientConfig): StackReader => {
  const cloudFormation = new CloudFormationClient(client);
  const lambda = new LambdaClient(client);
  return {
    outputs: async (StackName) => {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      return Object.fromEntries(
        (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
    },
    metadata: async (StackName) => {
      const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
      return (JSON.parse(TemplateBody) as { readonly Metadata?: Record<string, unknown> }).Metadata ?? {};
    },
    functionConfiguration: async (FunctionName) => {
      const { Environment, LoggingConfig } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      return {
        environment: Environment?.Variables ?? {},
        logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`,
      };
    },
  };
};

/** Errors of the SDK and of AWS are recognized by their names. */
const explain = (stack: string, profile: string | undefined, cause: unknown): CliError => {
  const { name, message } = Error.isError(cause) ? cause : new Error(String(cause));
  if (name === 'ValidationError' && message.includes('does not exist')) {
    return new CliError(
      'noDeployment',
      `There is no stack "${stack}" in this account and region.`,
      'Use --stack for another name, --region or AWS_REGION for another region, --local for the local stack; or deploy the stack: npx cdk deploy.',
      { cause },
    );
  }
  if (message.includes('Region is missing')) {
    return new CliError(
      'noDeployment',
      'No AWS region is set.',
      'Set it with --region, AWS_REGION or AWS_DEFAULT_REGION, or use --local for the local stack.',
      { cause },
    );
  }
  if (name === 'CredentialsProviderError' || CREDENTIAL_ERRORS.has(name)) {
    return new CliError(
      'noDeployment',
      `There are no valid AWS credentials${profile ? ` in the profile "${profile}"` : ''} (${name}: ${firstLine(message)})`,
      'Sign in as for the AWS CLI (aws sts get-caller-identity must work), set a --profile, or use --local for the local stack.',
      { cause },
    );
  }
  return new CliError(
    'failed',
    `The stack "${stack}" can't be read (${name}: ${firstLine(message)})`,
    undefined,
    { cause },
  );
};

const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
