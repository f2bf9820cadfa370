import type { Source } from '../../../core/source.ts';
import type { CallApi } from './call-api.ts';

/** A subscription at the provider. */
export interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** A subscription to create. */
export type Wanted = Omit<Subscription, 'id'>;

export interface Outcome {
  /** Sentences for the user. */
  readonly notes: readonly string[];
  /** iVvy's topics, for the setting `topicArns`. */
  readonly topicArns?: readonly string[];
  /** What was not done, in sentences. If nothing was done, the method throws. */
  readonly failures?: readonly string[];
}

export const DONE: Outcome = { notes: [] };

/**
 * A provider's documented API for subscriptions. Every method throws an `ApiError` with the reason `provider` if the
 * provider refuses, does not respond or responds unexpectedly.
 */
export interface SubscriptionApi {
  /** All subscriptions of the account, including those of other URLs. Absent if the provider documents no list. */
  list?(): Promise<readonly Subscription[]>;
  create(wanted: Wanted): Promise<Outcome>;
  /** Absent if the provider documents no update: then a new subscription replaces the old one. */
  update?(id: string, wanted: Wanted): Promise<Outcome>;
  /** Succeeds if the subscription no longer exists. */
  remove(subscription: Subscription): Promise<Outcome>;
  /** Makes the provider send a test delivery. Absent if it documents none. */
  test?(id: string): Promise<Outcome>;
}

/** Never printed. */
export interface ApiCredentials {
  readonly key: string;
  /** The API key's secret, for signed requests. Not the source's secret. */
  readonly secret?: string | undefined;
  /** Overrides the documented URL, for a sandbox. */
  readonly url?: string | undefined;
}

/** A provider with an API for subscriptions. */
export interface SubscribableProvider {
  /** Its name as it writes it: `iVvy`. */
  readonly title: string;
  /** The default URL of the API. */
  baseUrl(source: Source): string;
  /** What can be subscribed to: events, or the provider's groups of events. */
  readonly events: readonly string[];
  /**
   * The events of the catalogue that a group of events has, as far as they are known. Absent if what can be subscribed to is
   * single events.
   */
  eventsIn?(group: string): readonly string[];
  /** Other names of events on the command line: `companies` for `companiesEndpoint`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Whether the API key has a secret to sign requests with. */
  readonly signsRequests: boolean;
  /** Whether each subscription is created with the source's secret. */
  readonly registersSecret: boolean;
  /** Whether each event has its own subscription with its own URL. */
  readonly oneEventEach: boolean;
  /** The message in the body of a refusal; undefined if it is not as documented. Default: its `message` and `errors`. */
  refusal?(body: unknown): string | undefined;
  connect(connection: Connection): SubscriptionApi;
}

export interface Connection {
  readonly call: CallApi;
  readonly credentials: ApiCredentials;
  /** The name of a subscription, for a provider with named subscriptions. */
  readonly name: string;
  /** The source's secret, for a provider that registers it. */
  readonly secret?: string | undefined;
  readonly now: () => Date;
}
