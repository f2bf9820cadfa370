import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { resolveProperties } from '../../local/assembly/intrinsics.ts';
import { scopeOf } from './read-back/read-back.ts';
import { STACK, type Walk } from './walk.ts';

/**
 * The alarms of the shipped app as it is synthesized, with their references resolved.
 *
 * @param type of the resources.
 */
export const alarmsOf = async <Alarm>(
  { originals, clients, target }: Walk,
  type: string,
): Promise<readonly Alarm[]> => {
  const { template } = await readAssembly(originals.shipped);
  const scope = await scopeOf(clients, target, STACK, template);
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {} }]) => resolveProperties(Properties, scope, id) as unknown as Alarm);
};
