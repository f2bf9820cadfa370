import type { BodyForm } from './body-form.ts';
import type { HmacAlgorithm } from './hmac.ts';
import type { Proof, ProofForm } from './proof.ts';
import type { TimeUnit } from './provider-time.ts';
import type { SecretEncoding } from './secret-key.ts';
import type { SignedBytes } from './signed-content.ts';

/**
 * How the deliveries of a source are verified: where the proof stands, what it proves, how, with what, and how fresh it
 * is. A provider makes it from the source's settings. docs/verification.md explains it.
 */
export interface Scheme<Key = unknown> {
  /** Where the proof stands, and how it is written. */
  readonly proof: ProofForm;
  /** What it proves: `raw`, or a template. `undefined`: it proves only that the sender knows the secret. */
  readonly content: string | undefined;
  /** How, and with what. */
  readonly method: Method<Key>;
  /** When it was signed. Default: unknown, so that an old delivery is accepted. */
  readonly time?: SignedTime | undefined;
  /** The place of the body's SHA-256 in hex, for a sender that signs it instead of the body. */
  readonly bodyHash?: string | undefined;
  /** The URL as the sender saw it. Default: as API Gateway received it. */
  readonly url?: string | undefined;
  /** Default: `as-sent`. */
  readonly signedBytes?: SignedBytes | undefined;
  /** Default: `json`. */
  readonly bodyForm?: BodyForm | undefined;
  /** The list of which each item has a proof of its own, if the proof is at a place in the item. */
  readonly items?: string | undefined;
}

/** How a proof is checked. */
export interface Method<Key = unknown> {
  /** What to call it in a trace: `HMAC sha256`. */
  readonly name: string;
  /** The same as data. */
  readonly form: MethodForm;
  /** The keys of a sender that publishes them. Default: those of the source's secret. */
  readonly publicKeys?: readonly Key[];
  /** The key of a secret; undefined if the secret is invalid. */
  readKey(secret: string): Key | undefined;
  /** The format of a secret, for the log. */
  readonly keyForm: string;
  /** Whether one of the proofs was made with the key over the content. Compares in constant time. */
  proves(key: Key, proofs: readonly Proof[], content: readonly Buffer[]): boolean;
}

/** A signed time. */
export interface SignedTime {
  readonly at: string;
  /** Default: seconds, milliseconds or ISO 8601, by its form. */
  readonly unit?: TimeUnit | undefined;
  /** In seconds, in both directions. */
  readonly tolerance: number;
}

/** What a method is. A trace tries its kin: another algorithm, another encoding of the secret. */
export type MethodForm =
  | {
      readonly kind: 'hmac' | 'hash';
      readonly algorithm: HmacAlgorithm;
      readonly secretEncoding: SecretEncoding;
    }
  | { readonly kind: 'token'; readonly tokenForm: 'plain' | 'basic' }
  | { readonly kind: 'public-key'; readonly algorithm: string }
  | { readonly kind: 'standard-webhooks' | 'jwt' };
