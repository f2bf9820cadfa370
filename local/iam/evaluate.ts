import { type Context, holds } from './conditions.ts';
import type { Listed, Statement } from './policy.ts';
import type { Principal } from './principal.ts';
import { arnFits, fits } from './wildcard.ts';

/** A permission that a request needs. A request may need several. */
export interface Asked {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** ARN, or `*` for an action without a single resource. */
  readonly resource: string;
}

/**
 * - `nothing-allows`: no policy allows it
 * - `identity-denies`, `resource-denies`: a policy of the role, or of the resource, denies it
 */
export type Denial = 'nothing-allows' | 'identity-denies' | 'resource-denies';

/**
 * Evaluates policies as AWS does within one account: a deny has priority over an allow, and the default is to deny.
 *
 * @param resourcePolicy the statements of the resource's own policy.
 * @returns undefined where it is allowed.
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

/** Whether a statement of a resource's policy applies to the role: to everyone, the role, or its session in a function. */
const means = ({ principals = [] }: Statement, { roleArn, userArn }: Principal): boolean =>
  principals.some((named) => named === '*' || named === roleArn || named === userArn);

/** Like {@link means}, or by the account. A statement for the account denies, but leaves it to the role's policies to allow. */
const denies = (statement: Statement, principal: Principal): boolean =>
  means(statement, principal) ||
  (statement.principals ?? []).some(
    (named) => named === principal.accountId || named === `arn:aws:iam::${principal.accountId}:root`,
  );
