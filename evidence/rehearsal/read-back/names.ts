import type { Template } from '../../../local/assembly/template.ts';
import type { Clients } from '../clients.ts';
import type { Target } from '../target.ts';
import { isThere } from './checks.ts';

/** The properties that give a resource a name which can be taken. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
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
  { endpoint, account }: Target,
  template: Template,
  made: ReadonlySet<string | undefined>,
): Promise<readonly string[]> => {
  const found = await Promise.all(
    Object.entries(template.Resources).map(async ([logicalId, { Type, Properties = {} }]) => {
      const name = Properties[NAMES[Type] ?? ''];
      if (made.has(logicalId) || typeof name !== 'string') return [];
      const physicalId = Type === 'AWS::SQS::Queue' ? `${endpoint}/${account}/${name}` : name;
      return (await isThere(clients, Type, physicalId, Properties)) ? [logicalId] : [];
    }),
  );
  return found.flat();
};
