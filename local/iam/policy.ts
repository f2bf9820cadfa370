import * as v from 'valibot';
import { AssemblyError } from '../assembly/template.ts';
import { recordOf } from '../support/record.ts';
import { type Condition, readConditions } from './conditions.ts';

/** A statement of a policy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Listed;
  readonly resources: Listed;
  /** Whom it is about: ARNs, account ids or `*`. Undefined in a role's policy, which is about the role. */
  readonly principals?: readonly string[];
  readonly conditions: readonly Condition[];
}

/** Patterns of which one has to fit, or, as in `NotAction`, none. */
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
  // One may stand alone; made a list first, so that a fault in it is named.
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
 * @throws {AssemblyError} on whatever the local stack doesn't know: half a policy would be worse than none.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export const readPolicy = (document: unknown, where: string): readonly Statement[] => {
  const { success, output, issues } = v.safeParse(PolicySchema, document);
  if (!success)
    throw new AssemblyError(
      `${where}: the local stack does not understand this policy: ${issues.map(placeOf).join(', ')}`,
    );
  if (JSON.stringify(document).includes('${'))
    throw new AssemblyError(`${where}: the local stack knows no variables in policies`);

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

/** Where in the document something is wrong: `Statement.0.NotPrincipal`. */
const placeOf = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? 'it is no policy document';

type OneOrMore = v.InferOutput<typeof OneOrMore>;

const readListed = (some: OneOrMore | undefined, none: OneOrMore | undefined, where: string): Listed => {
  const patterns = some ?? none;
  if (patterns === undefined || (some !== undefined && none !== undefined))
    throw new AssemblyError(`${where} or Not${where.split(': ').at(-1)} must be there, and not both`);
  return { patterns: [patterns].flat(), negated: some === undefined };
};

/** Only `AWS` and `*` may mean a role; services and federated users are others. */
const readPrincipals = (principal: '*' | Readonly<Record<string, OneOrMore>>): readonly string[] =>
  principal === '*' ? ['*'] : [principal.AWS ?? []].flat();
