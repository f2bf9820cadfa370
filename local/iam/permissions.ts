import type { Stack } from '../assembly/stack.ts';
import { ACCOUNT_ID, REGION } from '../aws/endpoints.ts';
import type { Context } from './conditions.ts';
import { type Asked, type Denial, evaluate } from './evaluate.ts';
import { readPolicy, type Statement } from './policy.ts';
import { type Principal, readPrincipal } from './principal.ts';

/** What was refused to whom, and why. */
export interface Refusal extends Asked {
  readonly principal: Principal;
  readonly denial: Denial;
}

/** Who may do what, as the template says. */
export interface Permissions {
  /** The function that has these credentials; undefined where nobody has. */
  principal(accessKeyId: string): Principal | undefined;
  /** The first of the things asked for that is refused; undefined where all of them are allowed. */
  refusal(principal: Principal, asked: readonly Asked[]): Refusal | undefined;
}

/**
 * Reads the permissions of a stack: the roles of its functions, and the policies of its queues.
 *
 * @throws {AssemblyError} where the template says something about them that the local stack doesn't understand.
 */
export const readPermissions = (stack: Stack): Permissions => {
  const principals = new Map(
    stack
      .resources('AWS::Lambda::Function')
      .map((resource) => [resource.ref, readPrincipal(stack, resource)]),
  );
  const queuePolicies = readQueuePolicies(stack);
  return {
    principal: (accessKeyId) => principals.get(accessKeyId),
    refusal: (principal, asked) => {
      for (const { action, resource } of asked) {
        const denial = evaluate(
          { action, resource },
          principal,
          queuePolicies.get(resource) ?? [],
          contextOf(principal),
        );
        if (denial !== undefined) return { principal, action, resource, denial };
      }
      return undefined;
    },
  };
};

/** By the queue's ARN. */
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

const contextOf = ({ roleArn }: Principal): Context => ({
  'aws:principalaccount': ACCOUNT_ID,
  'aws:principalarn': roleArn,
  'aws:requestedregion': REGION,
  // The emulators speak plain HTTP, and the SDK speaks TLS to AWS unless it is told another endpoint, as it is here. What
  // is to be found out is whether the stack would work there; counted as insecure, every request would be refused.
  'aws:securetransport': 'true',
});
