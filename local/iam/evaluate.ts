import { type Context, holds } from './conditions.ts';
import type { Listed, Statement } from './policy.ts';
import type { Principal } from './principal.ts';
import { arnFits, fits } from './wildcard.ts';

/** One thing that a request needs permission for. A request may need several. */
export interface Asked {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** ARN, or `*` where the action is about no single resource. */
  readonly resource: string;
}

/**
 * Why something is refused.
 *
 * - `nothing-allows`: no policy allows it, which is enough
 * - `identity-denies`, `resource-denies`: a policy of the role, or of the resource, says that it must not be
 */
export type Denial = 'nothing-allows' | 'identity-denies' | 'resource-denies';

/**
 * Decides as AWS does within one account: what one policy denies is denied, what one allows is allowed, the rest is
 * denied.
 *
 * @param resourcePolicy the statements of the resource's own policy.
 * @returns why it is refused; undefined where it is allowed.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export const evaluate = (
  { action, resource }: Asked,
  principal: Principal,
  resourcePolicy: readonly Statement[],
  context: Context,
): Denial | undefined => {
  const applies = ({ actions, resources, conditions }: Statement): boolean =>
    isListed(actions, (pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
    isListed(resources, (pattern) => pattern === '*' || arnFits(pattern, resource)) &&
    conditions.every((condition) => holds(condition, context));

  const own = principal.statements.filter(applies);
  const ofResource = resourcePolicy.filter(applies);
  if (own.some(({ effect }) => effect === 'Deny')) return 'identity-denies';
  if (ofResource.some((statement) => statement.effect === 'Deny' && denies(statement, principal)))
    return 'resource-denies';
  if (own.some(({ effect }) => effect === 'Allow')) return undefined;
  if (ofResource.some((statement) => statement.effect === 'Allow' && means(statement, principal)))
    return undefined;
  return 'nothing-allows';
};

const isListed = ({ patterns, negated }: Listed, fitting: (pattern: string) => boolean): boolean =>
  patterns.some(fitting) !== negated;

/** Whether a statement of a resource's policy names the role: everyone, the role, or the session that a function has of it. */
const means = ({ principals = [] }: Statement, { roleArn, userArn }: Principal): boolean =>
  principals.some((named) => named === '*' || named === roleArn || named === userArn);

/** As {@link means}, and by the account: to name it is to leave allowing to the role's own policies, but denying is denying. */
const denies = (statement: Statement, principal: Principal): boolean =>
  means(statement, principal) ||
  (statement.principals ?? []).some(
    (named) => named === principal.accountId || named === `arn:aws:iam::${principal.accountId}:root`,
  );
