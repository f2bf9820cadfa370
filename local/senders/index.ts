import { altoviz } from './altoviz.ts';
import { ivvy } from './ivvy.ts';
import type { Sender } from './sender.ts';

/** Every provider that can be played. Adding one is adding a line here and a folder of samples. */
export const senders: readonly Sender[] = [ivvy, altoviz];

/** The sender that plays the provider; undefined where there is none. */
export const senderOf = (provider: string): Sender | undefined =>
  senders.find((sender) => sender.provider === provider);
