import type { Resource, Stack } from '../assembly/stack.ts';
import { AssemblyError } from '../assembly/template.ts';
import { ACCOUNT_ID } from '../aws/endpoints.ts';
import { readPolicy, type Statement } from './policy.ts';

/** A function that has assumed its role. */
export interface Principal {
  readonly functionName: string;
  readonly roleArn: string;
  /** The ARN of the session, which ends in the role's and the function's names. */
  readonly userArn: string;
  readonly accountId: string;
  /** All statements of the role's policies. */
  readonly statements: readonly Statement[];
}

/**
 * Reads a function's permissions: the policies in its role and those attached to it.
 *
 * @throws {AssemblyError} where the template does not contain all of them.
 */
export const readPrincipal = (stack: Stack, { logicalId, ref, properties }: Resource): Principal => {
  const role = stack
    .resources('AWS::IAM::Role')
    .find(({ attribute }) => attribute('Arn') === properties.Role);
  if (role === undefined)
    throw new AssemblyError(`${logicalId}: its role is not in the template, so its permissions are unknown`);
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
    throw new AssemblyError(`${logicalId}: the local stack does not support permissions boundaries`);
  for (const arn of ManagedPolicyArns) {
    if (!ONLY_LOGS.test(arn))
      throw new AssemblyError(`${logicalId}: the policy ${arn} is not in the template`);
  }
  return Policies.flatMap(({ PolicyName, PolicyDocument }) =>
    readPolicy(PolicyDocument, `${logicalId}.${PolicyName}`),
  );
};

/** Allows writing to logs only, which no function on this machine does. */
const ONLY_LOGS = /^arn:aws:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/;

const attached = (stack: Stack, role: Resource): readonly Statement[] =>
  ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => stack.resources(type))
    .filter(({ properties: { Roles = [], RoleName } }) => [Roles, RoleName].flat().includes(role.ref))
    .flatMap(({ logicalId, properties }) => readPolicy(properties.PolicyDocument, logicalId));

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
  readonly ManagedPolicyArns?: readonly string[];
  readonly PermissionsBoundary?: unknown;
}
