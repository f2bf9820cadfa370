import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { Stack } from '../assembly/stack.ts';
import { AssemblyError } from '../assembly/template.ts';
import { errorMessage } from '../support/error-message.ts';
import { type FunctionDefinition, readFunction } from './definition.ts';
import { createFunction, type LocalFunction } from './local-function.ts';
import type { FunctionHost } from './worker-thread.ts';

export interface LocalFunctions {
  readonly definitions: readonly FunctionDefinition[];
  /**
   * Finds a function by name or ARN.
   *
   * @throws {AssemblyError} where there is none.
   */
  named(name: string): LocalFunction;
  /** Renews the functions with this value in their environment, such as the ARN of a secret. */
  renewUsersOf(value: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the functions of the template. If one does not start, the others run, as in AWS.
 *
 * @param warning called for each function that does not start.
 * @param onDemand the ARNs of the functions that start with their first event only, or `all`. Default: none.
 * @throws {AssemblyError} where the local stack can't run a function.
 */
export const startFunctions = async (
  stack: Stack,
  assembly: CloudAssembly,
  host: FunctionHost,
  warning: (sentence: string) => void,
  onDemand: readonly string[] | 'all' = [],
): Promise<LocalFunctions> => {
  const definitions = stack
    .resources('AWS::Lambda::Function')
    .map((resource) => readFunction(resource, assembly));
  const functions = definitions.map((definition) => createFunction(definition, host));
  await Promise.all(
    functions.map(async ({ definition, warmUp }) => {
      if (onDemand === 'all' || onDemand.includes(definition.arn)) return;
      try {
        await warmUp();
      } catch (error) {
        warning(`${definition.name} does not start: ${errorMessage(error)}`);
      }
    }),
  );
  return {
    definitions,
    named: (name) => {
      const found = functions.find(({ definition }) => definition.name === name || definition.arn === name);
      if (found === undefined) throw new AssemblyError(`There is no function ${name}`);
      return found;
    },
    renewUsersOf: async (value) => {
      const users = functions.filter(({ definition }) =>
        Object.values(definition.environment).includes(value),
      );
      await Promise.all(users.map(({ renew }) => renew()));
    },
    stop: async () => {
      await Promise.all(functions.map(({ stop }) => stop()));
    },
  };
};
