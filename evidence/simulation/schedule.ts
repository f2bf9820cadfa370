import type { ProviderName } from '../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';

/**
 * Everything that happens to Gatepost in a run, as plain JSON: whoever has it can run it again, and what is taken out of
 * it leaves a schedule. Times are in ms since the run began.
 */
export interface Schedule {
  /** Settles what no step says: how long each call takes, how many messages a poll brings. */
  readonly seed: number;
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

/** How the stack is configured. */
export interface Setup {
  /** The intake queue's visibility time-out, in seconds. */
  readonly visibility: number;
  /** How often fan-out tries before a delivery goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** How long the event log remembers, in seconds. */
  readonly retention: number;
  /** How long the previous secret passes after a rotation, in seconds. */
  readonly rotationGrace: number;
  /** What is done about iVvy's own signature. */
  readonly innerSignature: 'require' | 'report';
}

/** A source has the name of its provider. Providers that are known by their settings only are not simulated. */
export type SourceName = Exclude<ProviderName, (typeof GENERIC)[number]>;

const GENERIC = ['hmac', 'standard-webhooks', 'public-key', 'jwt', 'token', 'sns'] as const;

export const SOURCES = PROVIDER_NAMES.filter(
  (name): name is SourceName => !GENERIC.some((generic) => generic === name),
);

/** A source with a secret; iVvy's have none. */
export type SecretSource = Exclude<SourceName, 'ivvy'>;

export type Step =
  /** Something happens at a provider, and it begins to deliver it. `event` is its number, given once. */
  | {
      readonly step: 'event';
      readonly at: number;
      readonly source: SourceName;
      readonly event: number;
      /** To which thing: the events of one stay in order. */
      readonly entity: number;
      /** Whether Gatepost knows what it means. */
      readonly known: boolean;
    }
  /** The provider delivers the event once more, as if for the first time, with all its tries. */
  | { readonly step: 'repeat'; readonly at: number; readonly event: number }
  /** Somebody else posts. `forgery` is its number. */
  | {
      readonly step: 'forgery';
      readonly at: number;
      readonly source: SourceName;
      readonly forgery: number;
      readonly how: Forgery;
    }
  /** SNS asks whether the URL is ours. */
  | { readonly step: 'handshake'; readonly at: number; readonly token: number }
  /** The secret is rotated; the provider signs with the new one that much later. */
  | { readonly step: 'rotation'; readonly at: number; readonly source: SecretSource; readonly lag: number }
  /** SNS signs with another certificate from now on. */
  | { readonly step: 'certificate'; readonly at: number }
  /** The clock of a function's machines jumps, ahead or back. */
  | { readonly step: 'clock'; readonly at: number; readonly of: FunctionName; readonly by: number }
  /** Somebody moves the dead letters of the intake queue back. */
  | { readonly step: 'redrive'; readonly at: number }
  /** The `nth` call, from 0, over that edge ends so. */
  | { readonly step: 'fault'; readonly edge: Edge; readonly nth: number; readonly fate: Fate }
  /** All calls over that edge end so, for a time. */
  | {
      readonly step: 'outage';
      readonly edge: Edge;
      readonly at: number;
      readonly lasts: number;
      readonly fate: Fate;
    };

/** What is wrong with a forged delivery. */
export type Forgery =
  /** Signed with a key that is nobody's. */
  | 'key'
  /** Changed after it was signed. */
  | 'body'
  /** Signed with the secret of before, whose grace is over; for iVvy, really signed by SNS for another topic. */
  | 'revoked'
  /** A handshake that SNS never began; for the others, no signature at all. */
  | 'bare';

/** The clocks of a schedule are set four hours apart at most, in ms: two by a step of their own, two by a rotation. */
export const CLOCKS_DIFFER = 4 * 60 * 60_000;

export const FORGERIES = ['key', 'body', 'revoked', 'bare'] as const satisfies readonly Forgery[];

export type FunctionName = SourceName | 'fan-out';

/** Where a call leaves one machine for another: a function's calls, the providers' posts, and Lambda's own polling. */
export type Edge =
  | 'post'
  | 'SendMessage'
  | 'GetSecretValue'
  | 'certificate'
  | 'confirmation'
  | 'key'
  | 'PutItem'
  | 'UpdateItem'
  | 'SendMessageBatch'
  | 'invoke'
  | 'DeleteMessageBatch';

/** What becomes of a call. */
export type Fate =
  /** Refused, nothing was done; trying again may help. */
  | { readonly fate: 'fail' }
  | { readonly fate: 'throttle' }
  /** Refused, nothing was done; trying again at once won't help. */
  | { readonly fate: 'deny' }
  /** It never arrives, and nobody says so. */
  | { readonly fate: 'lose' }
  /** It is carried out, and the answer never comes. */
  | { readonly fate: 'lose-answer' }
  /** It is carried out after half of that time, and answered after all of it, in ms. */
  | { readonly fate: 'late'; readonly by: number }
  /** It is carried out twice, and the second answer comes. */
  | { readonly fate: 'twice' }
  /** The function is killed before the call leaves, after it was carried out, or when its answer is there. */
  | { readonly fate: 'die'; readonly when: 'before' | 'during' | 'after' }
  /** Of a batch, the entries whose bit is set are refused. */
  | { readonly fate: 'part'; readonly refused: number }
  /** It is answered with something that isn't what was asked for. */
  | { readonly fate: 'nonsense' };
