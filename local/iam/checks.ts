import type { Stack } from '../assembly/stack.ts';
import type { Emulators } from '../aws/emulator.ts';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import type { Check } from './check.ts';
import type { Refusal } from './refusal.ts';
import { readStackPolicies } from './stack-policies.ts';

/** The permission checks in front of all emulators. */
export interface Checks {
  readonly endpoints: AwsEndpoints;
  /**
   * Replaces the policies by those of this stack. Requests in progress are not affected.
   *
   * @throws {AssemblyError} as {@link readStackPolicies} does; then nothing changes.
   */
  enforce(stack: Stack): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a permission check in front of each emulator, for the functions and for the event source mappings with their roles.
 *
 * @param refused called with each refused request.
 * @throws {AssemblyError} as {@link readStackPolicies} does.
 */
export const startChecks = async (
  emulators: Emulators,
  stack: Stack,
  refused: (refusal: Refusal) => void,
): Promise<Checks> => {
  const policies = readStackPolicies(stack);
  const [sqs, dynamodb, s3, secretsManager, logs] = await Promise.all([
    emulators.sqs.check(policies, refused),
    emulators.dynamodb.check(policies, refused),
    emulators.s3.check(policies, refused),
    emulators.secretsManager.check(policies, refused),
    emulators.logs.check(policies, refused),
  ]);
  const all: readonly Check[] = [sqs, dynamodb, s3, secretsManager, logs];
  return {
    endpoints: {
      sqs: sqs.url,
      dynamodb: dynamodb.url,
      s3: s3.url,
      secretsManager: secretsManager.url,
      logs: logs.url,
    },
    enforce: async (changed) => {
      const policies = readStackPolicies(changed);
      await Promise.all(all.map(({ enforce }) => enforce(policies)));
    },
    stop: async () => {
      await Promise.all(all.map(({ stop }) => stop()));
    },
  };
};

/** A refused call as one sentence: principal, action, resource and reason. */
export const describeRefusal = ({ principal, action, resource, denial }: Refusal): string =>
  `${principal.functionName} may not ${action} on ${resource}: ${reasonOf(resource, denial)}`;

const reasonOf = (resource: string, denial: Refusal['denial']): string =>
  resource.startsWith('arn:aws:s3:') ? REASONS[denial].replace('queue', 'bucket') : REASONS[denial];

const REASONS: Readonly<Record<Refusal['denial'], string>> = {
  'nothing-allows': 'no policy of its role allows it',
  'identity-denies': 'a policy of its role denies it',
  'resource-denies': 'the policy of the queue denies it',
};
