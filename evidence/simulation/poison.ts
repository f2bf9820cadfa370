import { gunzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTE } from '../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import type { Schedule } from './schedule.ts';
import { nameIn, nameOf, nameOfArrived } from './told.ts';

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
    item: ({ [ATTRIBUTE.bodyGzip]: body }) => {
      if (!byItem || body?.B === undefined) return false;
      const text = gunzipSync(body.B).toString();
      // What is no text is stored in base64.
      const name = nameIn(text) ?? nameIn(Buffer.from(text, 'base64').toString('latin1'));
      return poisoned.get(name ?? '') === 'item';
    },
  };
};
