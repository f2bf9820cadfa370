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
  { originals, clients, target }: Walk,
  act: (names: readonly string[]) => Promise<void>,
): Promise<void> => {
  const { template } = await readAssembly(originals.shipped);
  const scope = await scopeOf(clients, target, STACK, template);
  const names: string[] = [];
  try {
    for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::CloudWatch::CompositeAlarm') continue;
      const alarm = resolveProperties(
        Properties,
        scope,
        logicalId,
      ) as unknown as PutCompositeAlarmCommandInput;
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
