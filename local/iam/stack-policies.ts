import type { Stack } from '../assembly/stack.ts';
import { readPolicy, type Statement } from './policy.ts';
import { type Principal, readPrincipal } from './principal.ts';

/** The permissions of a stack, as plain data that can be sent to another thread. */
export interface StackPolicies {
  /** The functions by their access key ids. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** The statements of each queue's own policy, by the queue's ARN. */
  readonly ofQueues: ReadonlyMap<string, readonly Statement[]>;
  /** The statements of each bucket's own policy, by the bucket's ARN. */
  readonly ofBuckets: ReadonlyMap<string, readonly Statement[]>;
  /** The ARNs of the secrets by their names. */
  readonly secretArns: ReadonlyMap<string, string>;
}

/** @throws {AssemblyError} where a policy of a role, a queue or a bucket has something that the local stack doesn't support. */
export const readStackPolicies = (stack: Stack): StackPolicies => ({
  principals: new Map(
    stack
      .resources('AWS::Lambda::Function')
      .map((resource) => [resource.ref, readPrincipal(stack, resource)]),
  ),
  ofQueues: readQueuePolicies(stack),
  ofBuckets: readBucketPolicies(stack),
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

const readBucketPolicies = (stack: Stack): ReadonlyMap<string, readonly Statement[]> => {
  const buckets = new Map(
    stack.resources('AWS::S3::Bucket').map(({ ref, attribute }) => [ref, attribute('Arn')]),
  );
  return new Map(
    stack
      .resources('AWS::S3::BucketPolicy')
      .map(({ logicalId, properties }) => [
        buckets.get(String(properties.Bucket)) ?? '',
        readPolicy(properties.PolicyDocument, logicalId),
      ]),
  );
};
