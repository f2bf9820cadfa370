import * as v from 'valibot';
import { AssemblyError } from '../assembly/template.ts';
import { recordOf } from '../support/record.ts';
import { type Condition, readConditions } from './conditions.ts';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Listed;
  readonly resources: Listed;
  /** ARNs, account ids or `*`. Undefined in a role's policy, which applies to the role. */
  readonly principals?: readonly string[];
  readonly conditions: readonly Condition[];
}

/** Patterns of which at least one must match; negated, as in `NotAction`, none. */
export interface Listed {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

const OneOrMore = v.union([v.string(), v.array(v.string())]);

const StatementSchema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.optional(OneOrMore),
  NotAction: v.optional(OneOrMore),
  Resource: v.optional(OneOrMore),
  NotResource: v.optional(OneOrMore),
  Principal: v.optional(v.union([v.literal('*'), recordOf(OneOrMore)])),
  Condition: v.optional(recordOf(recordOf(v.unknown()))),
});

const PolicySchema = v.strictObject({
  Version: v.optional(v.string()),
  Id: v.optional(v.string()),
  // A single statement is made a list first, so that errors name the place in it.
  Statement: v.pipe(
    v.unknown(),
    v.transform((value) => [value].flat()),
    v.array(StatementSchema),
  ),
});

/**
 * Reads a policy document.
 *
 * @param where the place in the template, for the message.
 * @throws {AssemblyError} on anything that the local stack doesn't support.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export const readPolicy = (document: unknown, where: string): readonly Statement[] => {
  const { success, output, issues } = v.safeParse(PolicySchema, document);
  if (!success)
    throw new AssemblyError(
      `${where}: the local stack does not support this policy: ${issues.map(placeOf).join(', ')}`,
    );
  if (JSON.stringify(document).includes('${'))
    throw new AssemblyError(`${where}: the local stack does not support variables in policies`);

  return output.Statement.map(
    ({ Effect, Action, NotAction, Resource, NotResource, Principal, Condition = {} }): Statement => ({
      effect: Effect,
      actions: readListed(Action, NotAction, `${where}: Action`),
      resources: readListed(Resource, NotResource, `${where}: Resource`),
      ...(Principal !== undefined && { principals: readPrincipals(Principal) }),
      conditions: readConditions(Condition, where),
    }),
  );
};

/** `Statement.0.NotPrincipal` */
const placeOf = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? 'it is not a policy document';

type OneOrMore = v.InferOutput<typeof OneOrMore>;

const readListed = (some: OneOrMore | undefined, none: OneOrMore | undefined, where: string): Listed => {
  const patterns = some ?? none;
  if (patterns === undefined || (some !== undefined && none !== undefined))
    throw new AssemblyError(`${where} or Not${where.split(': ').at(-1)} is required, but not both`);
  return { patterns: [patterns].flat(), negated: some === undefined };
};

/** Only `AWS` and `*` can apply to a role, not services and federated users. */
const readPrincipals = (principal: '*' | Readonly<Record<string, OneOrMore>>): readonly string[] =>
  principal === '*' ? ['*'] : [principal.AWS ?? []].flat();
