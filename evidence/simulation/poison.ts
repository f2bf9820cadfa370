import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unpack } from '../../lambdas/event-log/packed.ts';
import { ATTRIBUTE } from '../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import type { Schedule } from './schedule.ts';
import { nameInContent, nameOf, nameOfArrived, textOf } from './told.ts';

/** What AWS never takes. An event is refused for what it says: in a form that does not say it, it is taken. */
export interface Poison {
  /** Whether nothing is refused. */
  readonly isEmpty: boolean;
  /** Whether SQS refuses a message of an event, and what with it. */
  message(event: GatepostEvent): 'entry' | 'call' | undefined;
  /** Whether DynamoDB refuses an item of the event log. */
  item(item: Readonly<Record<string, AttributeValue>>): boolean;
}

export const poisonOf = ({ steps }: Schedule): Poison => {
  const poisoned = new Map(
    steps.flatMap((step) =>
      step.step === 'poison' ? [[nameOf(step.event, step.item), step.by] as const] : [],
    ),
  );
  const byItem = poisoned.values().some((by) => by === 'item');
  return {
    isEmpty: poisoned.size === 0,
    message: (event) => {
      if (event.datacontenttype === 'application/gzip') return undefined;
      const by = poisoned.get(nameOfArrived(event) ?? '');
      return by === 'item' ? undefined : by;
    },
    item: ({ [ATTRIBUTE.packed]: packed, [ATTRIBUTE.bodyOmitted]: omitted }) => {
      if (!byItem || packed?.B === undefined || omitted !== undefined) return false;
      const name = nameInContent(textOf(unpack(packed.B).body));
      return poisoned.get(name ?? '') === 'item';
    },
  };
};
