import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stack } from './assembly/stack.ts';
import { type AwsEndpoints, REGION } from './aws/endpoints.ts';

/**
 * The content of `.gatepost/local-stack.json` while a local stack runs: what CloudFormation and Lambda return for a deployed
 * stack. It holds no secrets.
 */
export interface StateFile {
  readonly pid: number;
  readonly region: string;
  readonly endpoints: StackEndpoints;
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of the template. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By the function's name. */
  readonly functions: Readonly<Record<string, FunctionState>>;
}

/** The services that the command uses. */
export interface StackEndpoints extends AwsEndpoints {
  readonly lambda: string;
}

export interface FunctionState {
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
}

/**
 * Writes the file.
 *
 * @param stateDir the directory of the local stack: `.gatepost`.
 * @returns removes the file, unless another local stack has overwritten it.
 */
export const writeStateFile = async (
  stateDir: string,
  stack: Stack,
  endpoints: StackEndpoints,
): Promise<{ remove(): Promise<void> }> => {
  const path = join(stateDir, 'local-stack.json');
  const localStack: StateFile = {
    pid: process.pid,
    region: REGION,
    endpoints,
    stackName: stack.name,
    outputs: stack.outputs,
    metadata: stack.metadata,
    functions: functionsOf(stack),
  };
  const text = `${JSON.stringify(localStack, undefined, 2)}\n`;
  await mkdir(stateDir, { recursive: true });
  await writeFile(path, text);
  return {
    remove: async () => {
      if ((await readFile(path, 'utf8').catch(() => undefined)) === text) await rm(path, { force: true });
    },
  };
};

const functionsOf = (stack: Stack): Readonly<Record<string, FunctionState>> =>
  Object.fromEntries(
    stack.resources('AWS::Lambda::Function').map(({ ref, properties }) => {
      const { Environment, LoggingConfig } = properties as FunctionProperties;
      const logGroup = LoggingConfig?.LogGroup ?? `/aws/lambda/${ref}`;
      return [ref, { environment: Environment?.Variables ?? {}, logGroup }];
    }),
  );

interface FunctionProperties {
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly LoggingConfig?: { readonly LogGroup?: string };
}
