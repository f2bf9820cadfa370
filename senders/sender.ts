import type { KeyLike } from 'node:crypto';

/** An event with a payload, or a handshake. */
export interface Sample {
  /** The provider's name of the event, such as `CompanyAdded`, or one of the sender's handshakes. */
  readonly event: string;
  /** JSON; absent for a handshake. Each sender documents which part of the delivery it is. */
  readonly payload?: string;
}

/** A delivery, signed and ready to be posted. */
export interface SignedRequest {
  /** Unique. It is in the signed part of the body, unless there is `tamperWith`. */
  readonly id: string;
  /** The path after `/hooks/<source>`; empty for most providers. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The header that tampering changes, for a provider whose id is not in the body or whose body is not signed. */
  readonly tamperWith?: string | undefined;
}

/** The keys of a sender that signs with its own keys. */
export interface SigningKeys {
  readonly sns: { readonly key: KeyLike };
  readonly ivvy: { readonly key: KeyLike };
}

interface Plays {
  /** Also the name of its folder of samples. */
  readonly provider: string;
  /** An event whose payload is documented. */
  readonly defaultEvent: string;
  /** The names of deliveries that are no events. */
  readonly handshakes: readonly string[];
}

/**
 * Plays a provider. Each `sign` creates a delivery of a new event, with new ids and the current time.
 *
 * Written from the providers' documentation, and shares no code with `lambdas/`, so that no error in shared code can hide
 * from the tests.
 */
export type Sender =
  | (Plays & { readonly signsWith: 'pki'; sign(sample: Sample, keys: SigningKeys): SignedRequest })
  | (Plays & { readonly signsWith: 'secret'; sign(sample: Sample, secret: string): SignedRequest });

/**
 * Changes one byte of a signed delivery: the last byte of its id, so that only the signature reveals the change, or the
 * last byte of the header `tamperWith`.
 */
export const tamper = (request: SignedRequest): SignedRequest => {
  const { id, headers, body, tamperWith } = request;
  if (tamperWith !== undefined) {
    const value = Buffer.from(headers[tamperWith] ?? '');
    return { ...request, headers: { ...headers, [tamperWith]: changed(value, value.length - 1).toString() } };
  }
  const at = body.indexOf(id);
  if (at === -1) throw new Error("the delivery's id is not in its body");
  return { ...request, body: changed(body, at + Buffer.byteLength(id) - 1) };
};

const changed = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = bytes[at] === ZERO ? ONE : ZERO;
  return copy;
};

const ZERO = 0x30;
const ONE = 0x31;
