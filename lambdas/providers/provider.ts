import type * as v from 'valibot';
import type { DeliveredContent } from '../core/delivery.ts';
import type { JsonValue } from '../core/json.ts';
import type { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import type { Scheme } from '../verification/scheme.ts';
import type { SecretCheck } from '../verification/secret-check.ts';
import type { SecretRules } from '../verification/secret-rules.ts';
import type { Catalogue } from './shared/catalogue.ts';
import { MIN_REPEAT_WINDOW } from './shared/common-settings.ts';

/**
 * A SaaS and its signing scheme. docs/adding-a-provider.md says how to add one.
 *
 * `Options` are the settings as configured, `Settings` include the defaults, and `Parsed` is a parsed body.
 */
export interface Provider<Settings, Options = unknown, Parsed = unknown> {
  readonly name: string;

  /** The schema of a source's settings, validated at synthesis and again when the function starts. */
  readonly settings: v.GenericSchema<Options, Settings>;

  /** The provider name in its events, for a generic provider. */
  nameInEvents?(settings: Settings): string;

  /** The rules for a source's secret; undefined if its sources have none. */
  readonly secret: SecretRules<Settings> | undefined;

  /** Whether a source with these settings has a secret. Default: it has one if there are rules for it. */
  hasSecret?(settings: Settings): boolean;

  /** The documented retry schedule; undefined if the provider documents none. */
  readonly retries: Retries | undefined;

  /** Whether the provider announces the end of a subscription. Default: it does not. */
  readonly endsSubscriptions?: true;

  /** How long a body without an id is remembered as a repeat, in seconds. Default: {@link repeatWindow}. */
  repeatWindow?(settings: Settings): number | undefined;

  /** The route after `/hooks/<source>`, for a provider with part of the event in the URL: `/{event}`. */
  readonly pathSuffix?: string;

  /** The events that a source knows. */
  catalogue(settings: Settings): Catalogue;

  /**
   * The HTTP methods that a source's route takes. A provider that verifies a URL by another method than POST has it in
   * {@link authenticate}. Default: POST.
   */
  methods?(settings: Settings): readonly Method[];

  /** How deliveries are verified, as data, for a trace. Absent if the model doesn't cover it. */
  scheme?(settings: Settings): Scheme;

  /** What the sender leaves unsigned, a sentence each. Default: nothing that a customer can change. */
  openings?(settings: Settings): readonly string[];

  /** The headers that {@link interpret} needs, in lower case; all others are not stored. */
  keptHeaders?(settings: Settings): readonly string[];

  /**
   * Verifies that a request is authentic and meant for this source. Completes a handshake.
   *
   * A genuine delivery is refused only because of its signed time or because it is not meant for this source. One that is
   * not understood is accepted, and {@link interpret} then throws.
   *
   * @throws {Rejection} if verification fails or isn't possible.
   */
  authenticate(request: WebhookRequest, settings: Settings, secrets: SecretCheck): Promise<Verdict<Parsed>>;

  /**
   * Whether the sender signed a request that {@link authenticate} refused, for a provider that refuses some before it
   * verifies their signature. Changes nothing outside, and causes no request. Default: what the rejection says.
   */
  isSigned?(request: WebhookRequest, settings: Settings): Promise<boolean>;

  /**
   * The events in an accepted delivery. A pure function: replays call it again, possibly years later.
   *
   * @param parsed from the verdict of {@link authenticate}. Default: the content is parsed again.
   * @throws any error if it can't interpret the delivery, which then goes to `unrecognized.fifo`.
   */
  interpret(content: DeliveredContent, settings: Settings, parsed?: Parsed): readonly ProviderEvent[];

  /**
   * Cuts a delivery of several events into parts. Absent if a delivery has one event.
   *
   * @returns a function that writes the body of a part, as JSON, with these of the events that {@link interpret} found in
   * `content`, by their number.
   */
  cut?(
    content: DeliveredContent,
    settings: Settings,
    parsed?: Parsed,
  ): ((numbers: readonly number[]) => string) | undefined;
}

/** A documented retry schedule. */
export interface Retries {
  /** The seconds before each retry. Undocumented gaps repeat the last documented one. Empty if there is never a retry. */
  readonly gaps: readonly number[];
  /**
   * The longest time from the first try to the last, in seconds. Undefined if it can't be computed, because not all gaps are
   * documented: the sum of `gaps` is then a lower bound.
   */
  readonly longest: number | undefined;
}

/** The result of verifying an authentic request. */
export interface Verdict<Parsed = unknown> {
  /**
   * - `accepted`: a delivery to store
   * - `confirmed`: a completed handshake
   * - `unsubscribed`: the provider will send nothing more
   * - `test`: a test delivery, which is not stored
   * - `empty`: a delivery with no event in it, which is not stored
   */
  readonly outcome: 'accepted' | 'confirmed' | 'unsubscribed' | 'test' | 'empty';
  /** The parsed body of an accepted delivery, so that it is parsed once. Absent if it is not understood. */
  readonly parsed?: Parsed | undefined;
  /** What to store of an accepted delivery, where not each byte of the body is signed. Default: the body. */
  readonly body?: string | Buffer;
  /** Observations to log and count: `{ signatureEncoding: 'hex' }`. */
  readonly findings?: Readonly<Record<string, string>>;
  /** The response to a handshake: a JSON object, or plain text. Default: the outcome and the delivery's id. */
  readonly answer?: Readonly<Record<string, JsonValue>> | string;
  /** Further headers of that response. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** An HTTP method of a source's route. */
export type Method = 'POST' | 'GET' | 'HEAD' | 'OPTIONS';

/** One change of one entity, in the provider's terms. */
export interface ProviderEvent {
  /** The provider's name for it: `CompanyAdded`. */
  readonly name: string;
  /** Unique within the source, and the same for each delivery of the event. */
  readonly identity: readonly string[];
  readonly entityId?: string | undefined;
  /** The provider's account. */
  readonly account?: string | undefined;
  /** The provider's time of the event. */
  readonly time?: Date | undefined;
  /** The payload, unchanged. */
  readonly data: JsonValue;
  /** The payload without what changes from one try to the next: a repeat says the same. Default: `data`. */
  readonly lasting?: JsonValue;
  /** Whether the provider gives the event no id, so that its content is its identity. Default: false. */
  readonly isContentId?: boolean;
  /** Only on an item of a delivery, beside others, that is not understood: why. Its `data` is the item, its name empty. */
  readonly notUnderstood?: Rejection;
}

/**
 * The places at which a delivery has the source's secret itself, not something that was made with it.
 *
 * @returns none for a provider that signs.
 */
export const secretPlaces = <Settings>(
  provider: Provider<Settings>,
  settings: Settings,
): readonly string[] => {
  const scheme = provider.scheme?.(settings);
  const { handshake } = Object(settings) as { readonly handshake?: { readonly secretAt?: string } };
  return [
    ...(scheme?.method.form.kind === 'token' ? scheme.proof.at : []),
    ...(handshake?.secretAt === undefined ? [] : [handshake.secretAt]),
  ];
};

/** Whether a source has a secret. */
export const hasSecret = <Settings>(provider: Provider<Settings>, settings: Settings): boolean =>
  provider.secret !== undefined && (provider.hasSecret?.(settings) ?? true);

/** Where the longest retry is not documented, in seconds. */
const DEFAULT_REPEAT_WINDOW = 4 * 24 * 60 * 60;

/**
 * How long a body without an id is remembered as a repeat, in seconds: as the source says, or until the provider's longest
 * documented retry.
 */
export const repeatWindow = <Settings>(provider: Provider<Settings>, settings: Settings): number =>
  provider.repeatWindow?.(settings) ??
  Math.max(provider.retries?.longest ?? DEFAULT_REPEAT_WINDOW, MIN_REPEAT_WINDOW);
