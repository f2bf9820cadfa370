import { join } from 'node:path';
import { loadPki, type Pki } from '../senders/pki.ts';
import { calledFunctions } from './assembly/called-functions.ts';
import { readAssembly } from './assembly/cloud-assembly.ts';
import { entityQueues } from './assembly/entity-queues.ts';
import { readHttpApi } from './assembly/http-api.ts';
import type { Place } from './assembly/place.ts';
import { unknownTypes } from './assembly/resource-types.ts';
import { placeStack } from './assembly/stack.ts';
import type { Template } from './assembly/template.ts';
import { startDynamoDb } from './aws/dynamodb.ts';
import type { Emulators } from './aws/emulator.ts';
import { ACCOUNT_ID, type AwsEndpoints, REGION } from './aws/endpoints.ts';
import { startLambda } from './aws/lambda.ts';
import { startLogs } from './aws/logs.ts';
import { startS3 } from './aws/s3.ts';
import { openSecretsFile } from './aws/secrets-file.ts';
import { nameInFile, startSecretsManager } from './aws/secrets-manager.ts';
import { startSqs } from './aws/sqs.ts';
import type { FunctionDefinition } from './functions/definition.ts';
import { type LocalFunctions, startFunctions } from './functions/start-functions.ts';
import { startMappings } from './functions/start-mappings.ts';
import type { FunctionHost } from './functions/worker-thread.ts';
import { type OwnAnswer, startGateway } from './gateway/gateway.ts';
import { describeRefusal, startChecks } from './iam/checks.ts';
import { type Outside, startOutside } from './internet/internet.ts';
import { writeStateFile } from './state-file.ts';
import { onceInAWhile } from './support/once-in-a-while.ts';

export interface LocalStackOptions {
  /** The directory of the cloud assembly that it runs. */
  readonly assembly: string;
  /** The directory of secrets, keys and `local-stack.json`. Default: `.gatepost`. */
  readonly stateDir?: string;
  /** The gateway's port. Default: 0, a free one. */
  readonly port?: number;
  /** The port of SQS. Default: 0, a free one. */
  readonly sqsPort?: number;
  /** The port of DynamoDB. Default: 0, a free one. */
  readonly dynamodbPort?: number;
  /** The port of S3. Default: 0, a free one. */
  readonly s3Port?: number;
  readonly listener?: LocalStackListener;
  /** Whether each function starts with the local stack, and not with its first event. Default: true. */
  readonly warm?: boolean;
  /**
   * Starts a proxy between the functions and AWS (the permission checks and the emulators), and returns its URLs for the
   * functions. The caller stops the proxy after the local stack.
   */
  readonly between?: (aws: AwsEndpoints) => Promise<AwsEndpoints>;
}

export interface LocalStackListener {
  /** A line that a function printed. */
  line?(functionName: string, text: string): void;
  /** A request that the gateway answered itself. */
  answered?(answer: OwnAnswer): void;
  /** A fault that does not end the local stack. */
  warning?(sentence: string): void;
}

/** A stack that runs on this machine. */
export interface LocalStack extends AwsEndpoints {
  /** URL */
  readonly gateway: string;
  /** The URL of Lambda's API, for the functions in {@link called}. */
  readonly lambda: string;
  /** The route keys, such as `POST /hooks/ivvy`. */
  readonly routes: readonly string[];
  readonly functions: readonly FunctionDefinition[];
  /** The ARNs of the functions that only a dashboard or the command calls. */
  readonly called: readonly string[];
  /** The URLs of the queues that consumers read, by entity. */
  readonly queues: Readonly<Record<string, string>>;
  /** The names in `secrets.json` of the secrets that were created at this start. */
  readonly newSecrets: readonly string[];
  readonly outside: Outside;
  readonly pki: Pki;
  /**
   * Invokes a function, by its name or ARN.
   *
   * @returns its result, after a conversion to JSON and back.
   * @throws {AssemblyError} where there is no such function.
   * @throws {InvocationError} where there is no result.
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /**
   * Ends a function at once, like a crash. Its next event starts it again.
   *
   * @throws {AssemblyError} where there is no such function.
   */
  interrupt(functionName: string): Promise<void>;
  /**
   * For tests: enforces the roles and queue policies of this template from now on, as if only they had been deployed.
   *
   * @throws {AssemblyError} where they are not supported; then nothing changes.
   */
  enforce(template: Template): Promise<void>;
  /** Ends everything: no port, thread or timer remains. */
  stop(): Promise<void>;
}

/**
 * Runs a synthesized stack on this machine. It listens on 127.0.0.1 only.
 *
 * @throws {AssemblyError} where the local stack can't run the assembly.
 * @throws {PortTakenError}
 */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { assembly: directory, stateDir = '.gatepost', listener = {}, warm = true, between } = options;
  // Each poll repeats the same failure; unlimited warnings would hide all other output.
  const warning = onceInAWhile((sentence) => listener.warning?.(sentence));
  // Stopped in reverse order, so that a part outlives its users.
  const running = new AsyncDisposableStack();
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    running.defer(() => part.stop());
    return part;
  };

  try {
    const [assembly, pki] = await Promise.all([readAssembly(directory), loadPki(join(stateDir, 'pki'))]);
    const sqs = keep(await startSqs(options.sqsPort ?? 0));
    const dynamodb = keep(await startDynamoDb(options.dynamodbPort ?? 0));
    const s3 = keep(await startS3(options.s3Port ?? 0));
    const outside = keep(await startOutside(pki));
    const gateway = keep(await startGateway(options.port ?? 0, (answer) => listener.answered?.(answer)));

    const { queueUrl } = sqs;
    const place: Place = { region: REGION, accountId: ACCOUNT_ID, queueUrl, apiEndpoint: gateway.url };
    const stack = placeStack(assembly, place);
    for (const type of unknownTypes(stack.types)) {
      warning(`The template has a ${type}, which the local stack does not run`);
    }

    const logGroups = stack.resources('AWS::Logs::LogGroup').map(({ ref }) => ref);
    const logs = keep(await startLogs(0, logGroups));
    const secrets = stack.resources('AWS::SecretsManager::Secret');
    const file = await openSecretsFile(join(stateDir, 'secrets.json'), secrets.map(nameInFile));
    const allFunctions = Promise.withResolvers<LocalFunctions>();
    const secretsManager = keep(
      await startSecretsManager(0, secrets, file, async ({ ref }) => {
        // Stands for the command's UpdateFunctionConfiguration: the local stack has no Lambda API.
        await (await allFunctions.promise).renewUsersOf(ref);
      }),
    );
    await Promise.all([
      ...stack.resources('AWS::SQS::Queue').map(sqs.createQueue),
      ...stack.resources('AWS::DynamoDB::Table').map(dynamodb.createTable),
      ...stack.resources('AWS::DynamoDB::GlobalTable').map(dynamodb.createTable),
      ...stack.resources('AWS::S3::Bucket').map(s3.createBucket),
    ]);

    const emulators: Emulators = { sqs, dynamodb, s3, secretsManager, logs };
    const checks = keep(await startChecks(emulators, stack, (refusal) => warning(describeRefusal(refusal))));
    const host: FunctionHost = {
      endpoints: (await between?.(checks.endpoints)) ?? checks.endpoints,
      outsidePort: outside.port,
      caCert: pki.caCert,
      line: ({ name, logGroup }, text) => {
        logs.put(logGroup, text);
        listener.line?.(name, text);
      },
    };
    const called = calledFunctions(stack);
    const functions = keep(await startFunctions(stack, assembly, host, warning, warm ? called : 'all'));
    allFunctions.resolve(functions);
    const lambda = keep(
      await startLambda(0, (name, event) =>
        functions.definitions.some((one) => one.name === name && called.includes(one.arn))
          ? functions.named(name).invoke(event)
          : undefined,
      ),
    );
    keep(startMappings(stack, checks.endpoints.sqs, functions, warning));
    const api = readHttpApi(stack, functions.named);
    gateway.open(api);
    const urls: AwsEndpoints = {
      sqs: sqs.url,
      dynamodb: dynamodb.url,
      s3: s3.url,
      secretsManager: secretsManager.url,
      logs: logs.url,
    };
    const stateFile = await writeStateFile(stateDir, stack, { ...urls, lambda: lambda.url });
    running.defer(stateFile.remove);

    return {
      ...urls,
      gateway: gateway.url,
      lambda: lambda.url,
      routes: api.routes.map(({ key }) => key),
      functions: functions.definitions,
      called,
      queues: entityQueues(stack),
      newSecrets: file.made,
      outside,
      pki,
      invoke: async (functionName, event) => functions.named(functionName).invoke(event),
      interrupt: async (functionName) => {
        await functions.named(functionName).interrupt();
      },
      enforce: (template) => checks.enforce(placeStack({ ...assembly, template }, place)),
      stop: () => running.disposeAsync(),
    };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
};
