import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { resolveProperties, type Scope } from '../../../local/assembly/intrinsics.ts';
import { AssemblyError, type Properties, type Template } from '../../../local/assembly/template.ts';
import type { Clients } from '../clients.ts';
import type { Target } from '../target.ts';
import { attributeOf } from './attributes.ts';
import { compare, type Difference } from './compare.ts';
import { READERS } from './readers.ts';

/** What became of one resource of the template. */
export interface ReadBack {
  readonly logicalId: string;
  readonly type: string;
  /** `undefined` where CloudFormation knows of none. */
  readonly physicalId: string | undefined;
  readonly wanted: Properties;
  /** `undefined` where it could not be read. */
  readonly found: object | undefined;
  readonly differences: readonly Difference[];
  /** Why it could not be read. */
  readonly error?: string;
}

/** Reads every resource of a deployed stack from its service and compares it with the template. */
export const readBack = async (
  clients: Clients,
  target: Target,
  stackName: string,
  template: Template,
): Promise<readonly ReadBack[]> => {
  const physicalIds = await physicalIdsOf(clients, stackName);
  const scope = scopeBy(physicalIds, target, stackName, template);
  return Promise.all(
    Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
      .map(([logicalId, { Type, Properties = {} }]) =>
        readOne(clients, logicalId, Type, physicalIds.get(logicalId), () =>
          resolveProperties(Properties, scope, logicalId),
        ),
      ),
  );
};

const readOne = async (
  clients: Clients,
  logicalId: string,
  type: string,
  physicalId: string | undefined,
  properties: () => Properties,
): Promise<ReadBack> => {
  const unread = (error: string): ReadBack => ({
    ...{ logicalId, type, physicalId, wanted: {}, found: undefined, differences: [] },
    error,
  });
  const reader = READERS[type];
  if (physicalId === undefined) return unread('CloudFormation made none');
  if (reader === undefined) return unread('the rehearsal has no reader for this type');
  try {
    const wanted = parseJson(properties());
    const found = await reader(clients, physicalId, wanted);
    return { logicalId, type, physicalId, wanted, found, differences: compare(wanted, parseJson(found)) };
  } catch (error) {
    return unread(Error.isError(error) ? `${error.name}: ${error.message}` : String(error));
  }
};

/** Two texts of one dashboard or source may differ in their spaces only. */
const parseJson = <T extends object>(properties: T): T =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) =>
      name === 'DashboardBody' && typeof value === 'string' ? [name, JSON.parse(value)] : [name, value],
    ),
  ) as T;

const physicalIdsOf = async (
  { cloudFormation, secrets }: Clients,
  StackName: string,
): Promise<ReadonlyMap<string, string>> => {
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const ids = new Map<string, string>();
  for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of StackResources) {
    if (LogicalResourceId === undefined || PhysicalResourceId === undefined) continue;
    ids.set(LogicalResourceId, PhysicalResourceId);
    if (ResourceType !== 'AWS::SecretsManager::Secret') continue;
    // MiniStack's physical id of a secret is its name, CloudFormation's is the ARN.
    const { ARN } = await secrets.send(new DescribeSecretCommand({ SecretId: PhysicalResourceId }));
    if (ARN !== undefined) ids.set(LogicalResourceId, ARN);
  }
  return ids;
};

/**
 * What the references of a deployed template mean. Attributes are worked out, not asked for: so MiniStack's own are checked
 * too.
 */
export const scopeOf = async (
  clients: Clients,
  target: Target,
  stackName: string,
  template: Template,
): Promise<Scope> => scopeBy(await physicalIdsOf(clients, stackName), target, stackName, template);

/** The same by the physical ids of resources. */
export const scopeBy = (
  physicalIds: ReadonlyMap<string, string>,
  target: Target,
  stackName: string,
  template: Template,
): Scope => {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': target.account,
    'AWS::Region': target.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
  };
  return {
    ref: (name) => {
      const value = pseudo[name] ?? physicalIds.get(name) ?? template.Parameters?.[name]?.Default;
      if (value === undefined) throw new AssemblyError(`There is nothing called ${name}`);
      return value;
    },
    getAtt: (logicalId, attribute) => {
      const physicalId = physicalIds.get(logicalId);
      const resource = template.Resources[logicalId];
      if (physicalId === undefined || resource === undefined)
        throw new AssemblyError(`There is no resource ${logicalId}`);
      return attributeOf(resource.Type, attribute, physicalId, target);
    },
    // CDK writes one condition: whether the region counts its users. It has no meaning here.
    condition: () => true,
    findInMap: (map, key, subKey) => {
      const value = template.Mappings?.[map]?.[key]?.[subKey];
      if (value === undefined) throw new AssemblyError(`There is no ${map}.${key}.${subKey}`);
      return value;
    },
  };
};
