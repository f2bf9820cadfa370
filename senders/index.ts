import { altoviz } from './altoviz.ts';
import { augustus } from './augustus.ts';
import { avaza } from './avaza.ts';
import { hmac } from './hmac.ts';
import { ivvy } from './ivvy.ts';
import { ivy } from './ivy.ts';
import type { Sender } from './sender.ts';
import { standardWebhooks } from './standard-webhooks.ts';

export const senders: readonly Sender[] = [ivvy, ivy, augustus, altoviz, avaza, standardWebhooks, hmac];

export const senderOf = (provider: string): Sender | undefined =>
  senders.find((sender) => sender.provider === provider);
