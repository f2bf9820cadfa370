import type { ProviderName } from '../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../lambdas/providers/names.ts';
import { scatter } from './random.ts';

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
  /** How long what has no id is remembered as a repeat, in seconds. */
  readonly repeatWindow: number;
  /** How much longer than usual each call of fan-out takes, in ms: less than a second, so that none is a fault. */
  readonly slowness: number;
  /** Whether there are consumers with queues of their own, beside those of the entities. */
  readonly consumers: boolean;
}

/** A source has the name of its provider. Of the providers that are known by their settings only, `hmac` stands for all. */
export type SourceName = Exclude<ProviderName, (typeof NOT_SIMULATED)[number]>;

const NOT_SIMULATED = ['standard-webhooks', 'public-key', 'jwt', 'token', 'sns'] as const;

export const SOURCES = PROVIDER_NAMES.filter(
  (name): name is SourceName => !NOT_SIMULATED.some((one) => one === name),
);

/** The sources that send several events at once. */
export const LIST_SOURCES = ['avaza', 'hmac'] as const satisfies readonly SourceName[];

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
      /** How many of them its delivery has; each is an event of its own. Only of {@link LIST_SOURCES}. Default: 1. */
      readonly count?: number;
      /** To how many things they happen, from `entity` on. Default: 1. */
      readonly entities?: number;
      /** An earlier event with an id of its own, which it bears though it says something else. Default: its id is its own. */
      readonly idOf?: number;
      /** Whether the provider gives it no id, so that what says the same is the same. Only of {@link LIST_SOURCES}. */
      readonly idless?: boolean;
      /** In what way its delivery can't be understood, though it is genuine. Default: it can be. */
      readonly garbled?: Garbled;
      /** How much filling each of its things carries, in characters, so that it is large. Default: none. */
      readonly size?: number;
      /** How much stands beside the list of a delivery, in characters. Only of `hmac`. Default: nothing. */
      readonly beside?: number;
    }
  /**
   * The provider delivers the event once more, as if for the first time, with all its tries; of a list that has grown
   * meanwhile, with so many more.
   */
  | { readonly step: 'repeat'; readonly at: number; readonly event: number; readonly more?: number }
  /** AWS never takes an event, whatever else it takes. */
  | {
      readonly step: 'poison';
      readonly event: number;
      /** Its number in its delivery, from 0. */
      readonly item: number;
      readonly by: Refusing;
    }
  /** Somebody else posts. `forgery` is its number. */
  | {
      readonly step: 'forgery';
      readonly at: number;
      readonly source: SourceName;
      readonly forgery: number;
      readonly how: Forgery;
      /** How often, twice a second. Default: once. */
      readonly times?: number;
    }
  /** For a time a source is configured wrongly, so that what is genuine is refused. Each source once. */
  | {
      readonly step: 'mistake';
      readonly at: number;
      readonly lasts: number;
      readonly source: SourceName;
      readonly what: Mistake;
    }
  /** An operator has what was refused checked again; with `retry`, what is genuine is stored. */
  | { readonly step: 'take-back'; readonly at: number; readonly op: 'check' | 'retry' }
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

/** In what way a genuine delivery can't be understood. */
export type Garbled =
  /** JSON, and a field is missing or is of another type. */
  | 'shape'
  /** No JSON. */
  | 'text'
  /** No text. */
  | 'bytes';

export const GARBLED = ['shape', 'text', 'bytes'] as const satisfies readonly Garbled[];

/** What refuses a poisoned event for good. */
export type Refusing =
  /** SQS, of a batch this entry alone. */
  | 'entry'
  /** SQS, the whole call that has it in it. */
  | 'call'
  /** DynamoDB. */
  | 'item';

export const REFUSING = ['entry', 'call', 'item'] as const satisfies readonly Refusing[];

/** What is wrong with a forged delivery. */
export type Forgery =
  /** Signed with a key that is nobody's. */
  | 'key'
  /** Changed after it was signed. */
  | 'body'
  /** Signed with the secret of before, whose grace is over; for iVvy, really signed by SNS for another topic. */
  | 'revoked'
  /** A handshake that SNS never began; for the others, no signature at all. */
  | 'bare'
  /** Signed by the provider hours ago, or hours ahead. For those that sign no time: like `key`. */
  | 'stale'
  | 'future';

/** The clocks of a schedule are set four hours apart at most, in ms: two by a step of their own, two by a rotation. */
export const CLOCKS_DIFFER = 4 * 60 * 60_000;

export const FORGERIES = [
  'key',
  'body',
  'revoked',
  'bare',
  'stale',
  'future',
] as const satisfies readonly Forgery[];

/** What is wrong with a source's configuration. */
export type Mistake =
  /** Another text was stored as its first secret. */
  | 'secret'
  /** Its first secret was not stored yet. */
  | 'unset'
  /** The provider's address is not admitted. */
  | 'address'
  /** The provider's account is not listed. Only of iVvy. */
  | 'account';

export type MistakeStep = Extract<Step, { readonly step: 'mistake' }>;

/** Whether a mistake is about the secret, and needs no deployment to be mended. */
export const isOfSecret = ({ what }: Pick<MistakeStep, 'what'>): boolean =>
  what === 'secret' || what === 'unset';

export type FunctionName = SourceName | 'fan-out';

/** Where a call leaves one machine for another: a function's calls, the providers' posts, and Lambda's own polling. */
export type Edge =
  | 'post'
  /** A `SendMessageBatch` to the intake queue. */
  | 'store'
  | 'GetSecretValue'
  | 'certificate'
  | 'confirmation'
  | 'key'
  | 'PutItem'
  | 'UpdateItem'
  /** A `PutItem` that notes how far fan-out came. */
  | 'note'
  | 'GetItem'
  /** One to the queue of a consumer, or to its dead letters. */
  | 'consumer'
  /** One to any other queue. */
  | 'SendMessageBatch'
  | 'PutObject'
  | 'GetObject'
  /** Ingest's `SendMessage` of what it refused. */
  | 'reject'
  /** A call to DynamoDB of what keeps that. */
  | 'keep'
  /** An operator's call of the function that checks again, and that function's calls to DynamoDB. */
  | 'take-back'
  | 'find'
  | 'mark'
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
  /** Of a batch, the entries whose bit is set are refused; trying again may help. */
  | { readonly fate: 'part'; readonly refused: number }
  /** The function's process stands still from then on, for that long, in ms. */
  | { readonly fate: 'stall'; readonly by: number }
  /** It is answered with something that isn't what was asked for. */
  | { readonly fate: 'nonsense' };

// ---- what a step of an event means

export type EventStep = Extract<Step, { readonly step: 'event' }>;

/** The thing that an event of a delivery happens to, by its number in the delivery. */
export const entityOf = (
  { event, entity, entities = 1 }: Pick<EventStep, 'event' | 'entity' | 'entities'>,
  item: number,
): number => entity + Math.floor(scatter(event, item, 3) * entities);

/** More events in one delivery are one for Gatepost, which is not understood. */
export const MAX_COUNT = 1_000;

/** Whether the provider gives it no id that Gatepost knows. Altoviz has ids, but they are not what they seem. */
export const isIdless = ({ source, known, idless = false }: EventStep): boolean =>
  idless || source === 'altoviz' || (source === 'avaza' && !known);
