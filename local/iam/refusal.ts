import { ACCOUNT_ID, REGION } from '../aws/endpoints.ts';
import type { Context } from './conditions.ts';
import { type Asked, type Denial, evaluate } from './evaluate.ts';
import type { Principal } from './principal.ts';
import type { StackPolicies } from './stack-policies.ts';

export interface Refusal extends Asked {
  readonly principal: Principal;
  readonly denial: Denial;
}

/** The first permission that is refused; undefined where all are allowed. */
export const refusalOf = (
  principal: Principal,
  asked: readonly Asked[],
  { ofQueues, ofBuckets }: StackPolicies,
): Refusal | undefined => {
  for (const { action, resource } of asked) {
    // The resource of a call of S3 is an object in a bucket.
    const resourcePolicy = ofQueues.get(resource) ?? ofBuckets.get(resource.split('/')[0] ?? '') ?? [];
    const denial = evaluate({ action, resource }, principal, resourcePolicy, contextOf(principal));
    if (denial !== undefined) return { principal, action, resource, denial };
  }
  return undefined;
};

const contextOf = ({ roleArn }: Principal): Context => ({
  'aws:principalaccount': ACCOUNT_ID,
  'aws:principalarn': roleArn,
  'aws:requestedregion': REGION,
  // The emulators use plain HTTP, but the SDK uses TLS with AWS. The check answers whether the stack would work there.
  'aws:securetransport': 'true',
});
