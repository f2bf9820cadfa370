import { ACCOUNT_ID, REGION } from '../aws/endpoints.ts';
import type { Context } from './conditions.ts';
import { type Asked, type Denial, evaluate } from './evaluate.ts';
import type { Principal } from './principal.ts';
import type { StackPolicies } from './stack-policies.ts';

/** What was refused to whom, and why. */
export interface Refusal extends Asked {
  readonly principal: Principal;
  readonly denial: Denial;
}

/** The first of the things asked for that a principal may not do; undefined where all of them are allowed. */
export const refusalOf = (
  principal: Principal,
  asked: readonly Asked[],
  { ofQueues }: StackPolicies,
): Refusal | undefined => {
  for (const { action, resource } of asked) {
    const denial = evaluate(
      { action, resource },
      principal,
      ofQueues.get(resource) ?? [],
      contextOf(principal),
    );
    if (denial !== undefined) return { principal, action, resource, denial };
  }
  return undefined;
};

const contextOf = ({ roleArn }: Principal): Context => ({
  'aws:principalaccount': ACCOUNT_ID,
  'aws:principalarn': roleArn,
  'aws:requestedregion': REGION,
  // The emulators speak plain HTTP, and the SDK speaks TLS to AWS unless another endpoint is configured, as it is here. What
  // is to be found out is whether the stack would work there; counted as insecure, every request would be refused.
  'aws:securetransport': 'true',
});
