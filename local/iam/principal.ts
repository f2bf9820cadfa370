import type { Resource, Stack } from '../assembly/stack.ts';
import { AssemblyError } from '../assembly/template.ts';
import { ACCOUNT_ID } from '../aws/endpoints.ts';
import { readPolicy, type Statement } from './policy.ts';

/** Who asks: a function, which has taken the role that the template gives it. */
export interface Principal {
  readonly functionName: string;
  readonly roleArn: string;
  /** What AWS calls the session in messages: the role and, behind it, the function's name. */
  readonly userArn: string;
  readonly accountId: string;
  /** All statements of the role's policies. */
  readonly statements: readonly Statement[];
}

/**
 * Reads what the function may do from its role: policies written in the role, and policies of their own that are attached
 * to it.
 *
 * @throws {AssemblyError} where this can't be known from the template.
 */
export const readPrincipal = (stack: Stack, { logicalId, ref, properties }: Resource): Principal => {
  const role = stack
    .resources('AWS::IAM::Role')
    .find(({ attribute }) => attribute('Arn') === properties.Role);
  if (role === undefined)
    throw new AssemblyError(`${logicalId}: its role is none of the template, so what it may do is not known`);
  return {
    functionName: ref,
    roleArn: role.attribute('Arn'),
    userArn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role.ref}/${ref}`,
    accountId: ACCOUNT_ID,
    statements: [...writtenInRole(role), ...attached(stack, role)],
  };
};

const writtenInRole = ({ logicalId, properties }: Resource): readonly Statement[] => {
  const { Policies = [], ManagedPolicyArns = [], PermissionsBoundary } = properties as RoleProperties;
  if (PermissionsBoundary !== undefined)
    throw new AssemblyError(`${logicalId}: the local stack knows no permissions boundaries`);
  for (const arn of ManagedPolicyArns) {
    if (!ONLY_LOGS.test(arn))
      throw new AssemblyError(`${logicalId}: what ${arn} allows does not stand in the template`);
  }
  return Policies.flatMap(({ PolicyName, PolicyDocument }) =>
    readPolicy(PolicyDocument, `${logicalId}.${PolicyName}`),
  );
};

/** It allows writing to logs, which no function on this machine calls. */
const ONLY_LOGS = /^arn:aws:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/;

const attached = (stack: Stack, role: Resource): readonly Statement[] =>
  ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy']
    .flatMap((type) => stack.resources(type))
    .filter(({ properties: { Roles = [], RoleName } }) => [Roles, RoleName].flat().includes(role.ref))
    .flatMap(({ logicalId, properties }) => readPolicy(properties.PolicyDocument, logicalId));

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
  readonly ManagedPolicyArns?: readonly string[];
  readonly PermissionsBoundary?: unknown;
}
