import type { Stack } from '../assembly/stack.ts';
import { readPolicy, type Statement } from './policy.ts';
import { type Principal, readPrincipal } from './principal.ts';

/** What a stack says about who may do what. It is data, which can be handed to another thread. */
export interface StackPolicies {
  /** The functions, by the access key id that each has. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** The statements of each queue's own policy, by the queue's ARN. */
  readonly ofQueues: ReadonlyMap<string, readonly Statement[]>;
  /** The ARNs of the secrets, by the names that may stand for them in a request. */
  readonly secretArns: ReadonlyMap<string, string>;
}

/**
 * Reads the policies of a stack: those of its functions' roles, and those of its queues.
 *
 * @throws {AssemblyError} where the template says something in them that the local stack doesn't understand.
 */
export const readStackPolicies = (stack: Stack): StackPolicies => ({
  principals: new Map(
    stack
      .resources('AWS::Lambda::Function')
      .map((resource) => [resource.ref, readPrincipal(stack, resource)]),
  ),
  ofQueues: readQueuePolicies(stack),
  secretArns: new Map(
    stack.resources('AWS::SecretsManager::Secret').map(({ ref, attribute }) => [attribute('Name'), ref]),
  ),
});

const readQueuePolicies = (stack: Stack): ReadonlyMap<string, readonly Statement[]> => {
  const queues = stack.resources('AWS::SQS::Queue');
  const policies = new Map<string, readonly Statement[]>();
  for (const { logicalId, properties } of stack.resources('AWS::SQS::QueuePolicy')) {
    const statements = readPolicy(properties.PolicyDocument, logicalId);
    const urls = [properties.Queues].flat();
    for (const queue of queues.filter(({ ref }) => urls.includes(ref))) {
      const arn = queue.attribute('Arn');
      policies.set(arn, [...(policies.get(arn) ?? []), ...statements]);
    }
  }
  return policies;
};
