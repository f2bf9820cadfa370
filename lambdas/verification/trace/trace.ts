import type { Reason } from '../../core/rejection.ts';
import type { TextForm } from './text-form.ts';

/**
 * Why a request is genuine, or why it isn't: plain data that can be written as JSON. It holds lengths, digests, places
 * and names of settings; never a payload, a secret, a signature or a token.
 */
export interface Trace {
  readonly outcome: Outcome;
  /** How the source verifies: `HMAC with sha256`. */
  readonly method: string;
  /** Whether the request is the handshake of the source. */
  readonly handshake: boolean;
  readonly proof?: ProofTrace;
  /** One content, or one for each item. Absent if nothing is signed. */
  readonly signed?: readonly SignedTrace[];
  readonly keys?: readonly KeyTrace[];
  readonly time?: TimeTrace;
  readonly token?: TokenTrace;
  readonly sns?: SnsTrace;
  /** What would fit, the simplest change first. */
  readonly nearMisses: readonly NearMiss[];
  /** Where nothing would fit: what shows in the request, a sentence each. */
  readonly hints?: readonly string[];
  /** What is answered to a handshake. */
  readonly answer?: AnswerTrace;
  /** How much was tried for them. */
  readonly search?: { readonly attempts: number; readonly complete: boolean };
  /** Parts of the trace that an internal error left out. */
  readonly faults: readonly Fault[];
}

export type Outcome =
  /** `result`: what the source makes of it: `accepted`, `confirmed`, `test`, … */
  | { readonly kind: 'genuine'; readonly result: string }
  | {
      readonly kind: 'rejected';
      readonly reason: Reason;
      readonly status: number;
      readonly detail: string;
    }
  /** All that is known without asking the sender's server fits. */
  | { readonly kind: 'undecided'; readonly detail: string };

export interface AnswerTrace {
  readonly status: number;
  /** The media type. */
  readonly type: string;
  /** Whether the handshake was signed as a delivery is. */
  readonly signed: boolean;
}

export interface ProofTrace {
  /** Where it is looked for. */
  readonly at: readonly string[];
  /** How it must be written: `hex of 32 bytes after "sha256="`. */
  readonly wanted: string;
  readonly found: readonly FoundProof[];
}

export interface FoundProof {
  readonly at: string;
  readonly characters: number;
  readonly form: TextForm;
  /** The known text before it: `sha256=`. */
  readonly prefix?: string;
}

export interface SignedTrace {
  /** In bytes. */
  readonly length: number;
  /** In hex. Of a content with the secret in it: without the secret. */
  readonly sha256: string;
  readonly parts: readonly SignedPart[];
}

/** A part of the signed bytes: from the first to behind the last. */
export interface SignedPart {
  /** A placeholder, such as `{body}`; or a text of the settings in quotes. */
  readonly part: string;
  readonly from: number;
  readonly to: number;
}

export interface KeyTrace {
  /** `current secret`, `previous secret`, `public key 1`. */
  readonly key: string;
  /** What it must be: `text`, `base64`. */
  readonly form: string;
  /** In characters, of a secret. */
  readonly characters?: number;
  /** Whether it has that form. */
  readonly readable: boolean;
  readonly fits: boolean;
}

export interface TimeTrace {
  readonly at: string;
  /** Absent if there is no time in the declared form. */
  readonly signedAt?: string;
  readonly receivedAt: string;
  /** Between both. */
  readonly seconds?: number;
  /** Of the signed time. */
  readonly direction?: 'behind' | 'ahead';
  readonly tolerance: number;
  readonly within: boolean;
}

/** What a JSON Web Token says of itself. */
export interface TokenTrace {
  readonly readable: boolean;
  readonly algorithm?: string;
  /** Whether the algorithm is one of the settings. */
  readonly algorithmAllowed?: boolean;
  readonly keyId?: string;
  /** Whether a key of the settings has that id; undefined if the settings name no ids. */
  readonly keyPinned?: boolean;
  /** ISO times. */
  readonly expires?: string;
  readonly notBefore?: string;
  readonly issuedAt?: string;
  readonly issuer?: ClaimState;
  readonly audience?: ClaimState;
  /** The hash of the body. */
  readonly bodyHash?: ClaimState;
}

export type ClaimState = 'fits' | 'differs' | 'missing' | 'not demanded';

/** What a message of SNS says of itself. */
export interface SnsTrace {
  readonly type?: string;
  readonly topic?: string;
  readonly timestamp?: string;
  /** Between the timestamp and the receipt. */
  readonly seconds?: number;
  readonly direction?: 'behind' | 'ahead';
  readonly maxAge: number;
  /** Whether form, topic, certificate URL and age pass. */
  readonly envelope: 'passes' | Reason;
  readonly signature: 'fits' | 'not checked' | Reason;
}

/** Something that would fit. */
export interface NearMiss {
  /** Stable: `secret-without-prefix`. Two changes that are needed together are joined by a plus sign. */
  readonly code: string;
  /** What fits, and what to change. */
  readonly says: string;
  /** Settings that make it fit. */
  readonly set?: Readonly<Record<string, string>>;
  /** With which key: `current secret`. */
  readonly key: string;
}

export interface Fault {
  /** The part of the trace. */
  readonly part: string;
  /** The error's name. Its message could hold anything. */
  readonly error: string;
}
