import type { AddCommand } from '../program.ts';
import { asyncapi } from './asyncapi.ts';
import { event } from './event.ts';
import { events } from './events.ts';
import { queues } from './queues.ts';
import { redrive } from './redrive.ts';
import { rejected } from './rejected.ts';
import { replay } from './replay.ts';
import { secret } from './secret.ts';
import { send } from './send.ts';
import { sources } from './sources.ts';
import { subscribe } from './subscribe.ts';
import { subscriptions } from './subscriptions.ts';
import { tail } from './tail.ts';
import { unsubscribe } from './unsubscribe.ts';
import { verify } from './verify.ts';

/** In the order of the help. */
export const commands: readonly AddCommand[] = [
  sources,
  subscribe,
  unsubscribe,
  subscriptions,
  secret,
  events,
  event,
  replay,
  queues,
  redrive,
  rejected,
  tail,
  asyncapi,
  send,
  verify,
];
