import type * as v from 'valibot';
import type { DeliveredContent } from '../core/delivery.ts';
import type { JsonValue } from '../core/json.ts';
import type { WebhookRequest } from '../core/request.ts';
import type { Catalogue } from './shared/catalogue.ts';
import type { SecretCheck } from './shared/secret-check.ts';
import type { SecretRules } from './shared/secret-rules.ts';

/**
 * A SaaS with a way of signing. docs/adding-a-provider.md says how to add one.
 *
 * `Options` are its settings as they are written down; in `Settings` the defaults are filled in. `Parsed` is what it reads in a
 * body.
 */
export interface Provider<Settings, Options = unknown, Parsed = unknown> {
  readonly name: string;

  /** What a source of it is configured with; checked at synthesis and again when the function starts. */
  readonly settings: v.GenericSchema<Options, Settings>;

  /** The name that its events bear instead of its own, for a provider that stands for any of a kind. */
  nameInEvents?(settings: Settings): string;

  /** The rules of a source's secret, which is kept in Secrets Manager; undefined where its sources have none. */
  readonly secret: SecretRules<Settings> | undefined;

  /**
   * When it sends a delivery again that was not taken: the seconds before each retry, as it documents them. Where it names
   * only the number of further retries, each stands with the last gap named, so the sum is the least that it can be. Empty
   * where it is documented that there are none; undefined where nothing is documented.
   */
  readonly retries: readonly number[] | undefined;

  /** What stands in the route behind `/hooks/<source>`, for a provider that says part of an event in the URL: `/{event}`. */
  readonly pathSuffix?: string;

  /** The event names that a source of it knows. */
  catalogue(settings: Settings): Catalogue;

  /** The headers that {@link interpret} needs, by lower-case name; all others are dropped before storing. */
  keptHeaders?(settings: Settings): readonly string[];

  /**
   * Decides whether a request is genuine and meant for this source; completes a handshake where it is one.
   *
   * @throws {Rejection} where it isn't, or where that could not be found out.
   */
  authenticate(request: WebhookRequest, settings: Settings, secrets: SecretCheck): Promise<Verdict<Parsed>>;

  /**
   * The events in a delivery that was accepted. Pure: never touches the network or the clock, and says the same of the
   * same delivery years later.
   *
   * @param parsed what {@link authenticate} read in this content, from its verdict. Default: the content is read again.
   * @throws whatever it likes where it doesn't understand: the delivery is then kept as it came.
   */
  interpret(content: DeliveredContent, settings: Settings, parsed?: Parsed): readonly ProviderEvent[];
}

/** What a genuine request is. */
export interface Verdict<Parsed = unknown> {
  /**
   * - `accepted`: a delivery, to be stored
   * - `confirmed`: a handshake that is completed now
   * - `unsubscribed`: the provider will send nothing more
   * - `test`: the provider's own trial, which goes no further
   */
  readonly outcome: 'accepted' | 'confirmed' | 'unsubscribed' | 'test';
  /** What was read in an accepted delivery, so that interpreting it reads nothing twice. */
  readonly parsed?: Parsed;
  /** What was found on the way and is logged and counted: `{ signatureEncoding: 'hex' }`. */
  readonly findings?: Readonly<Record<string, string>>;
  /** What a handshake has to be answered with, as a JSON object. Default: words of ours. */
  readonly answer?: Readonly<Record<string, string>>;
}

/** One thing that happened to one entity, in the provider's words. */
export interface ProviderEvent {
  /** The provider's own name for it: `CompanyAdded`. */
  readonly name: string;
  /** What tells it from any other event of the source, and is the same each time it is delivered. */
  readonly identity: readonly string[];
  /** The entity's id; absent where the event names none. */
  readonly entityId?: string | undefined;
  /** The provider's account that it belongs to, where it names one. */
  readonly account?: string | undefined;
  /** The provider's own time of it, where it names one. What is older than the event log's retention is rejected. */
  readonly time?: Date | undefined;
  /** The payload, untouched. */
  readonly data: JsonValue;
}
