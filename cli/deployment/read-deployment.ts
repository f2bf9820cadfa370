import * as v from 'valibot';
import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import { ROUTING_METADATA, type RoutingTable } from '../../lambdas/core/routing-table.ts';
import { CliError } from '../cli-error.ts';
import type { DeployedSource, Deployment } from './deployment.ts';

/** The part of a function's configuration that is needed here. */
export interface FunctionConfiguration {
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
}

/** A stack's outputs and the configurations of its functions. */
export interface StackFacts {
  readonly outputs: Readonly<Record<string, string>>;
  /** By the function's name. */
  readonly functions: Readonly<Record<string, FunctionConfiguration>>;
}

/** The names of the functions in a stack's outputs. */
export const functionNames = (outputs: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(outputs).flatMap(([output, name]) => (output.endsWith('Function') ? [name] : []));

/**
 * Reads a deployment from its stack's outputs (`lib/gatepost-stack.ts`) and the configurations of its functions, which hold
 * the settings of the sources.
 *
 * @param name the deployment's name in messages.
 * @throws {CliError} where an output is missing: it is not a Gatepost stack, or an older version deployed it.
 */
export const readDeployment = (
  name: string,
  { outputs, functions }: StackFacts,
): Omit<Deployment, 'kind' | 'clients' | 'routing'> => {
  const output = (key: string): string => outputs[key] ?? missing(name, key);
  const configuration = (functionName: string): FunctionConfiguration =>
    functions[functionName] ?? missing(name, `the function ${functionName}`);
  const prefix = output('Prefix');

  const sources = Object.entries(outputs).flatMap(([key, url]): readonly DeployedSource[] => {
    if (!key.endsWith(HOOK_URL)) return [];
    const functionName = output(`${key.slice(0, -HOOK_URL.length)}IngestFunction`);
    const { SOURCE = '', SECRET_ARN } = configuration(functionName).environment;
    return [{ ...parseSource(name, functionName, SOURCE), url, functionName, secretArn: SECRET_ARN }];
  });
  return {
    name,
    prefix,
    sources,
    eventLogTable: output('EventLogTable'),
    rejectedFunction: outputs.RejectedFunction,
    intakeQueueUrl: output('IntakeQueueUrl'),
    intakeDeadLetterQueueUrl: output('IntakeDeadLetterQueueUrl'),
    queues: Object.fromEntries(queueUrls(outputs).map((url) => [nameOf(url, prefix), url])),
    logGroups: Object.fromEntries(
      functionNames(outputs).map((functionName) => [functionName, configuration(functionName).logGroup]),
    ),
  };
};

const HOOK_URL = 'HookUrl';
const INTAKE: ReadonlySet<string> = new Set(['IntakeQueueUrl', 'IntakeDeadLetterQueueUrl']);

/** The queues that consumers read. */
const queueUrls = (outputs: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(outputs).flatMap(([key, url]) =>
    key.endsWith('QueueUrl') && !INTAKE.has(key) ? [url] : [],
  );

/** `https://…/gatepost-booking-note.fifo` -> `booking-note` */
const nameOf = (url: string, prefix: string): string =>
  url.slice(url.lastIndexOf('/') + 1 + `${prefix}-`.length, -'.fifo'.length);

const RoutingSchema: v.GenericSchema<unknown, RoutingTable> = v.object({
  entities: v.array(v.string()),
  entityQueues: v.boolean(),
  consumers: v.array(
    v.object({
      name: v.string(),
      events: v.array(v.string()),
      queues: v.picklist(['one', 'per-entity']),
    }),
  ),
});

/** Which queues get which events. A stack of version 0.1.0 does not say it: each entity has a queue. */
export const readRouting = ({
  outputs,
  metadata,
}: {
  readonly outputs: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}): RoutingTable => {
  const found = metadata[ROUTING_METADATA];
  if (found !== undefined) return v.parse(RoutingSchema, found);
  const { Prefix = '' } = outputs;
  const entities = queueUrls(outputs).map((url) => nameOf(url, Prefix));
  return { entities: entities.filter((name) => name !== UNRECOGNIZED), entityQueues: true, consumers: [] };
};

const SourceSchema = v.object({
  name: v.string(),
  provider: v.string(),
  settings: v.record(v.string(), v.unknown()),
});

const parseSource = (
  name: string,
  functionName: string,
  text: string,
): v.InferOutput<typeof SourceSchema> => {
  try {
    return v.parse(SourceSchema, JSON.parse(text));
  } catch (cause) {
    throw new CliError(
      'noDeployment',
      `The function ${functionName} of ${name} has no source in its environment.`,
      'Deploy the stack again: npx cdk deploy',
      { cause },
    );
  }
};

const missing = (name: string, what: string): never => {
  throw new CliError(
    'noDeployment',
    `${name.charAt(0).toUpperCase()}${name.slice(1)} has no output for ${what}: it is not a Gatepost stack, or an older version deployed it.`,
    'Use --stack for another stack, or deploy it again: npx cdk deploy',
  );
};
