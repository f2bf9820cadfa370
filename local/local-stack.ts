import { join } from 'node:path';
import { loadPki, type Pki } from '../senders/pki.ts';
import { calledFunctions } from './assembly/called-functions.ts';
import { readAssembly } from './assembly/cloud-assembly.ts';
import { entityQueues } from './assembly/entity-queues.ts';
import { readHttpApi } from './assembly/http-api.ts';
import type { Place } from './assembly/place.ts';
import { unknownTypes } from './assembly/resource-types.ts';
import { placeStack, type Stack } from './assembly/stack.ts';
import type { Template } from './assembly/template.ts';
import { startDynamoDb } from './aws/dynamodb.ts';
import type { Emulators } from './aws/emulator.ts';
import { ACCOUNT_ID, type AwsEndpoints, REGION } from './aws/endpoints.ts';
import { startLogs } from './aws/logs.ts';
import { openSecretsFile } from './aws/secrets-file.ts';
import { nameInFile, startSecretsManager } from './aws/secrets-manager.ts';
import { startSqs } from './aws/sqs.ts';
import type { FunctionDefinition } from './functions/definition.ts';
import { startFunctions } from './functions/start-functions.ts';
import { startMappings } from './functions/start-mappings.ts';
import type { FunctionHost } from './functions/worker-thread.ts';
import { type OwnAnswer, startGateway } from './gateway/gateway.ts';
import { describeRefusal, startChecks } from './iam/checks.ts';
import { type Outside, startOutside } from './internet/internet.ts';
import { writeStateFile } from './state-file.ts';
import { onceInAWhile } from './support/once-in-a-while.ts';

/** What the local stack is started with. */
export interface LocalStackOptions {
  /** The directory of the cloud assembly that it runs. */
  readonly assembly: string;
  /** Where it keeps secrets and keys, and says where everything is (`local-stack.json`). Default: `.gatepost`. */
  readonly stateDir?: string;
  /** The gateway's port. Default: 0, a free one. */
  readonly port?: number;
  /** The port of SQS. Default: 0, a free one. */
  readonly sqsPort?: number;
  /** The port of DynamoDB. Default: 0, a free one. */
  readonly dynamodbPort?: number;
  /** Called for what happens. Default: none. */
  readonly listener?: LocalStackListener;
  /**
   * Puts something between the functions and AWS, which here is the checks of their permissions and behind them the
   * emulators: what it returns is what the functions are told. Whoever puts it there takes it away, after the local stack was
   * stopped. Default: nothing.
   */
  readonly between?: (aws: AwsEndpoints) => Promise<AwsEndpoints>;
}

/** What happens on the local stack. */
export interface LocalStackListener {
  /** A line that a function printed. */
  line?(functionName: string, text: string): void;
  /** A request that the gateway answered by itself. */
  answered?(answer: OwnAnswer): void;
  /** Something that is wrong and doesn't end the local stack, as one sentence. */
  warning?(sentence: string): void;
}

/** The stack on one machine. */
export interface LocalStack extends AwsEndpoints {
  /** URL */
  readonly gateway: string;
  /** The route keys, such as `POST /hooks/ivvy`. */
  readonly routes: readonly string[];
  readonly functions: readonly FunctionDefinition[];
  /** The ARNs of the functions that neither the API nor a queue invokes: a dashboard calls them. */
  readonly called: readonly string[];
  /** The URLs of the queues that consumers read, by entity. */
  readonly queues: Readonly<Record<string, string>>;
  /** The secrets that were made at this start, by the name that they have in `secrets.json`. */
  readonly newSecrets: readonly string[];
  readonly outside: Outside;
  readonly pki: Pki;
  /**
   * Invokes a function, by its name or ARN, and waits for its answer.
   *
   * @returns what it returned, as JSON would bring it back.
   * @throws {AssemblyError} where there is no function of that name.
   * @throws {InvocationError} where it gave no answer.
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /**
   * Ends a function in the middle of whatever it does, as a crash would. Its next event starts it anew.
   *
   * @throws {AssemblyError} where there is no function of that name.
   */
  interrupt(functionName: string): Promise<void>;
  /**
   * From now on goes by the roles and queue policies of this template, as if they alone had been deployed anew. For a test
   * that takes one out.
   *
   * @throws {AssemblyError} where they can't be understood; then nothing changes.
   */
  enforce(template: Template): Promise<void>;
  /** Ends everything: no port, thread or timer is left. */
  stop(): Promise<void>;
}

/**
 * Runs a synthesized stack on this machine. All of it listens on 127.0.0.1 only.
 *
 * @throws {AssemblyError} where the assembly can't be run here.
 * @throws {PortTakenError}
 */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { assembly: directory, stateDir = '.gatepost', listener = {}, between } = options;
  // Every poll repeats the same failure; unlimited warnings would hide all other output.
  const warning = onceInAWhile((sentence) => listener.warning?.(sentence));
  // Stopped in reverse order: the users of a part before the part.
  const running = new AsyncDisposableStack();
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    running.defer(() => part.stop());
    return part;
  };

  try {
    const [assembly, pki] = await Promise.all([readAssembly(directory), loadPki(join(stateDir, 'pki'))]);
    const sqs = keep(await startSqs(options.sqsPort ?? 0));
    const dynamodb = keep(await startDynamoDb(options.dynamodbPort ?? 0));
    const outside = keep(await startOutside(pki));
    const gateway = keep(await startGateway(options.port ?? 0, (answer) => listener.answered?.(answer)));

    const place: Place = {
      region: REGION,
      accountId: ACCOUNT_ID,
      queueUrl: sqs.queueUrl,
      apiEndpoint: gateway.url,
    };
    const stack = placeStack(assembly, place);
    for (const type of unknownTypes(stack.types)) {
      warning(`The template has a ${type}, which the local stack does not run`);
    }

    const logs = keep(await startLogs(0, logGroupsOf(stack)));
    const secrets = stack.resources('AWS::SecretsManager::Secret');
    const file = await openSecretsFile(join(stateDir, 'secrets.json'), secrets.map(nameInFile));
    const secretsManager = keep(await startSecretsManager(0, secrets, file));
    await Promise.all([
      ...stack.resources('AWS::SQS::Queue').map(sqs.createQueue),
      ...tablesOf(stack).map(dynamodb.createTable),
    ]);

    const emulators: Emulators = { sqs, dynamodb, secretsManager, logs };
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
    const functions = keep(await startFunctions(stack, assembly, host, warning, called));
    keep(startMappings(stack, checks.endpoints.sqs, functions, warning));
    const api = readHttpApi(stack, functions.named);
    gateway.open(api);
    const urls: AwsEndpoints = {
      sqs: sqs.url,
      dynamodb: dynamodb.url,
      secretsManager: secretsManager.url,
      logs: logs.url,
    };
    const stateFile = await writeStateFile(stateDir, stack, urls);
    running.defer(stateFile.remove);

    return {
      ...urls,
      gateway: gateway.url,
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

const logGroupsOf = (stack: Stack) => stack.resources('AWS::Logs::LogGroup').map(({ ref }) => ref);

const tablesOf = (stack: Stack) => [
  ...stack.resources('AWS::DynamoDB::Table'),
  ...stack.resources('AWS::DynamoDB::GlobalTable'),
];
