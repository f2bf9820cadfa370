import * as z from 'zod/mini';
import { AssemblyError } from '../assembly/template.ts';
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

const OneOrMore = z.union([z.string(), z.array(z.string())]);

const StatementSchema = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.optional(OneOrMore),
  NotAction: z.optional(OneOrMore),
  Resource: z.optional(OneOrMore),
  NotResource: z.optional(OneOrMore),
  Principal: z.optional(z.union([z.literal('*'), z.record(z.string(), OneOrMore)])),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
});

const PolicySchema = z.strictObject({
  Version: z.optional(z.string()),
  Id: z.optional(z.string()),
  // One may stand alone; made a list first, so that a fault in it is named.
  Statement: z.pipe(
    z.transform((value: unknown) => [value].flat()),
    z.array(StatementSchema),
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
  const { success, data, error } = PolicySchema.safeParse(document);
  if (!success)
    throw new AssemblyError(
      `${where}: the local stack does not understand this policy: ${error.issues.map(placeOf).join(', ')}`,
    );
  if (JSON.stringify(document).includes('${'))
    throw new AssemblyError(`${where}: the local stack knows no variables in policies`);

  return data.Statement.map(
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
const placeOf = (issue: z.core.$ZodIssue): string => {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return [...issue.path, ...unknown].join('.') || 'it is no policy document';
};

type OneOrMore = z.infer<typeof OneOrMore>;

const readListed = (some: OneOrMore | undefined, none: OneOrMore | undefined, where: string): Listed => {
  const patterns = some ?? none;
  if (patterns === undefined || (some !== undefined && none !== undefined))
    throw new AssemblyError(`${where} or Not${where.split(': ').at(-1)} must be there, and not both`);
  return { patterns: [patterns].flat(), negated: some === undefined };
};

/** Only `AWS` and `*` may mean a role; services and federated users are others. */
const readPrincipals = (principal: '*' | Readonly<Record<string, OneOrMore>>): readonly string[] =>
  principal === '*' ? ['*'] : [principal.AWS ?? []].flat();
