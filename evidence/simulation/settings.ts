import { BEGINNING } from './clock.ts';
import type { MistakeStep, Schedule, SourceName } from './schedule.ts';

/** A source's settings as they are deployed at a time, in ms since 1970. */
export const settingsOf = (source: SourceName, schedule: Schedule, now: number): object => {
  const mistake = mistakeAt(source, schedule, now);
  return {
    ...rightSettings(source, schedule),
    ...(mistake?.what === 'address' && { sourceIps: ['198.51.100.0/24'] }),
    ...(mistake?.what === 'account' && { accountIds: ['99'] }),
  };
};

/** The mistake in a source's configuration at a time, in ms since 1970. */
export const mistakeAt = (source: SourceName, schedule: Schedule, now: number): MistakeStep | undefined =>
  schedule.steps.find(
    (step): step is MistakeStep =>
      step.step === 'mistake' &&
      step.source === source &&
      BEGINNING + step.at <= now &&
      now < BEGINNING + step.at + step.lasts,
  );

const rightSettings = (source: SourceName, { setup }: Schedule): object => {
  const { innerSignature, rotationGrace, repeatWindow } = setup;
  switch (source) {
    case 'ivvy':
      return { accountIds: ['14'], innerSignature };
    case 'altoviz':
    case 'avaza':
      return { rotationGrace, repeatWindow };
    case 'hmac':
      return { ...HMAC_SETTINGS, rotationGrace, repeatWindow };
    default:
      return { rotationGrace };
  }
};

/** A sender that puts several events into a list, counts its tries, and gives some events no id. */
const HMAC_SETTINGS = {
  name: 'lists',
  catalogue: { 'deal.created': 'deal.created' },
  header: 'x-signature',
  signedContent: '{body}',
  items: 'body:events',
  eventName: 'item:type',
  eventId: 'item:id',
  entityId: 'item:deal',
  volatile: ['item:attempt'],
} as const;
