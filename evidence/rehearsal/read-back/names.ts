import { resolveProperties } from '../../../local/assembly/intrinsics.ts';
import type { Template } from '../../../local/assembly/template.ts';
import type { Clients } from '../clients.ts';
import type { Target } from '../target.ts';
import { isThere } from './checks.ts';
import { scopeBy } from './read-back.ts';

/** The properties that give a resource a name which can be taken. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SQS::Queue': 'QueueName',
};

/**
 * Finds the resources whose names are taken by something that is not in the stack. CloudFormation refuses to create them;
 * MiniStack takes what is there, or replaces it.
 *
 * @param made the logical ids of what the stack has.
 * @returns their logical ids.
 */
export const takenNames = async (
  clients: Clients,
  target: Target,
  template: Template,
  made: ReadonlySet<string | undefined>,
): Promise<readonly string[]> => {
  // No name has a reference to another resource.
  const scope = scopeBy(new Map(), target, '', template);
  const found = await Promise.all(
    Object.entries(template.Resources).map(async ([logicalId, { Type, Properties = {} }]) => {
      const property = NAMES[Type];
      if (made.has(logicalId) || property === undefined) return [];
      const { name } = resolveProperties({ name: Properties[property] }, scope, logicalId);
      if (typeof name !== 'string') return [];
      const physicalId = Type === 'AWS::SQS::Queue' ? `${target.endpoint}/${target.account}/${name}` : name;
      return (await isThere(clients, Type, physicalId, Properties)) ? [logicalId] : [];
    }),
  );
  return found.flat();
};
