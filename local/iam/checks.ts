import type { Server } from 'node:http';
import type { Stack } from '../assembly/stack.ts';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import { secretArns } from './asked.ts';
import { type Check, type Rules, startCheck } from './check.ts';
import { type Refusal, readPermissions } from './permissions.ts';

/** The checks in front of all emulators. */
export interface Checks {
  readonly endpoints: AwsEndpoints;
  /**
   * From now on goes by the permissions of this stack. What is under way was allowed.
   *
   * @throws {AssemblyError} as {@link readPermissions} does; then nothing changes.
   */
  enforce(stack: Stack): void;
  stop(): Promise<void>;
}

/**
 * Puts a check in front of each emulator, for the functions and for what Lambda does in their name.
 *
 * @param emulators the server of each.
 * @param refused is told what was refused.
 * @throws {AssemblyError} as {@link readPermissions} does.
 */
export const startChecks = async (
  emulators: Readonly<Record<keyof AwsEndpoints, Server>>,
  stack: Stack,
  refused: (refusal: Refusal) => void,
): Promise<Checks> => {
  let permissions = readPermissions(stack);
  const rules: Rules = { permissions: () => permissions, secretArn: secretArns(stack), refused };
  const [sqs, dynamodb, secretsManager, logs] = await Promise.all([
    startCheck('sqs', emulators.sqs, rules),
    startCheck('dynamodb', emulators.dynamodb, rules),
    startCheck('secretsManager', emulators.secretsManager, rules),
    startCheck('logs', emulators.logs, rules),
  ]);
  const all: readonly Check[] = [sqs, dynamodb, secretsManager, logs];
  return {
    endpoints: { sqs: sqs.url, dynamodb: dynamodb.url, secretsManager: secretsManager.url, logs: logs.url },
    enforce: (changed) => {
      permissions = readPermissions(changed);
    },
    stop: async () => {
      await Promise.all(all.map(({ stop }) => stop()));
    },
  };
};

/** A refusal for whoever sits at the desk: who, what, on what, and why. */
export const describeRefusal = ({ principal, action, resource, denial }: Refusal): string =>
  `${principal.functionName} may not ${action} on ${resource}: ${REASONS[denial]}`;

const REASONS: Readonly<Record<Refusal['denial'], string>> = {
  'nothing-allows': 'no policy of its role allows it',
  'identity-denies': 'a policy of its role denies it',
  'resource-denies': 'the policy of the queue denies it',
};
