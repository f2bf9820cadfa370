import {
  DeleteAlarmsCommand,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { resolveProperties } from '../../local/assembly/intrinsics.ts';
import { scopeOf } from './read-back/read-back.ts';
import { STACK, type Walk } from './walk.ts';

/**
 * Puts the composite alarms of the shipped app by the API while something is done: MiniStack's CloudFormation does not know
 * them.
 *
 * @param act gets their names. They are not those of the template, which the stand-ins have.
 */
export const withCompositeAlarms = async (
  walk: Walk,
  act: (names: readonly string[]) => Promise<void>,
): Promise<void> => {
  const { clients } = walk;
  const names: string[] = [];
  try {
    const alarms = await alarmsOf<PutCompositeAlarmCommandInput>(walk, 'AWS::CloudWatch::CompositeAlarm');
    for (const alarm of alarms) {
      const AlarmName = `${alarm.AlarmName}-composite`;
      await clients.cloudWatch.send(new PutCompositeAlarmCommand({ ...alarm, AlarmName }));
      names.push(AlarmName);
    }
    await act(names);
  } finally {
    // An alarm that a composite alarm names can't be deleted.
    for (const name of names) await clients.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
  }
};

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
