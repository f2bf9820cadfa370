import type { Source } from '../../../core/source.ts';
import type { CallApi } from './call-api.ts';

/** A subscription as the provider has it. */
export interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** A subscription as it ought to be. */
export type Wanted = Omit<Subscription, 'id'>;

/** What came of a step, beside its being done: what to know and do about it, in sentences. */
export interface Outcome {
  readonly notes: readonly string[];
  /** iVvy's topics, for the setting `topicArns`. */
  readonly topicArns?: readonly string[];
  /** What of the step was not done, in sentences. Where nothing was, the method throws. */
  readonly failures?: readonly string[];
}

export const DONE: Outcome = { notes: [] };

/**
 * A provider's API for subscriptions, as it documents it and no further. Every method throws an `ApiError` of the reason
 * `provider` where the provider refused, did not answer or answered something else.
 */
export interface SubscriptionApi {
  /** All that the account has, those that lead elsewhere included. Absent where the provider documents no list. */
  list?(): Promise<readonly Subscription[]>;
  create(wanted: Wanted): Promise<Outcome>;
  /** Absent where the provider documents no change: then the new one is made and the old one removed. */
  update?(id: string, wanted: Wanted): Promise<Outcome>;
  /** What is gone already is removed. */
  remove(subscription: Subscription): Promise<Outcome>;
  /** Has the provider send a test delivery. Absent where it documents none. */
  test?(id: string): Promise<Outcome>;
}

/** What opens a provider's API. Never printed. */
export interface ApiCredentials {
  readonly key: string;
  /** Of the API key, where requests are signed. Not the source's secret. */
  readonly secret?: string | undefined;
  /** Where the API is, if not where it is documented: a sandbox. */
  readonly url?: string | undefined;
}

/** A provider with an API for subscriptions. */
export interface SubscribableProvider {
  /** Its name as it writes it: `iVvy`. */
  readonly title: string;
  /** Where the API is, unless the API key or the environment says otherwise. */
  baseUrl(source: Source): string;
  /** What can be subscribed to: the provider's events, or what it has in place of them. */
  readonly events: readonly string[];
  /** What an event is also known as on the command line: `companies` for `companiesEndpoint`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Whether its API key comes with a secret of its own, to sign requests. */
  readonly signsRequests: boolean;
  /** Whether each subscription is created with the source's secret. */
  readonly registersSecret: boolean;
  /** Whether each event has a subscription of its own, with a URL of its own. */
  readonly oneEventEach: boolean;
  /** What a refusal's body says, in words; undefined where it is not as documented. Default: its `message` and `errors`. */
  refusal?(body: unknown): string | undefined;
  connect(connection: Connection): SubscriptionApi;
}

/** What a client works with. */
export interface Connection {
  readonly call: CallApi;
  readonly credentials: ApiCredentials;
  /** What a subscription is called where it has a name. */
  readonly name: string;
  /** The source's secret, for a provider that registers it. */
  readonly secret?: string | undefined;
  readonly now: () => Date;
}
