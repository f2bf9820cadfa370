import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { Stack } from '../assembly/stack.ts';
import { AssemblyError } from '../assembly/template.ts';
import { errorMessage } from '../support/error-message.ts';
import { type FunctionDefinition, readFunction } from './definition.ts';
import { createFunction, type LocalFunction } from './local-function.ts';
import type { FunctionHost } from './worker-thread.ts';

/** The functions of a stack, ready for their first events. */
export interface LocalFunctions {
  readonly definitions: readonly FunctionDefinition[];
  /**
   * The function of that name or ARN.
   *
   * @throws {AssemblyError} where there is none.
   */
  named(name: string): LocalFunction;
  stop(): Promise<void>;
}

/**
 * Starts the functions of the template. One that does not start is like one in AWS: all others run.
 *
 * @param warning called with a sentence about each that does not start.
 * @param unhurried the ARNs of those that start with their first event only, as they do in AWS.
 * @throws {AssemblyError} where one can't be run on this machine.
 */
export const startFunctions = async (
  stack: Stack,
  assembly: CloudAssembly,
  host: FunctionHost,
  warning: (sentence: string) => void,
  unhurried: readonly string[] = [],
): Promise<LocalFunctions> => {
  const definitions = stack
    .resources('AWS::Lambda::Function')
    .map((resource) => readFunction(resource, assembly));
  const functions = definitions.map((definition) => createFunction(definition, host));
  await Promise.all(
    functions.map(async ({ definition, warmUp }) => {
      if (unhurried.includes(definition.arn)) return;
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
    stop: async () => {
      await Promise.all(functions.map(({ stop }) => stop()));
    },
  };
};
