import type { KeyLike } from 'node:crypto';

/** What a provider is to send: one of its events with a payload, or a handshake without. */
export interface Sample {
  /** The provider's own name of it: `CompanyAdded`; or one of the sender's handshakes. */
  readonly event: string;
  /** JSON; absent for a handshake. What of the delivery it is, the provider's sender says. */
  readonly payload?: string;
}

/** A delivery, signed and ready to be posted. */
export interface SignedRequest {
  /** What sets it apart from any other delivery; stands once or more in the body, in what is signed, unless there is `tamperWith`. */
  readonly id: string;
  /** What stands behind `/hooks/<source>`; empty for most providers. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The header that tampering changes, for a provider whose id is not in the body or whose body is not signed. */
  readonly tamperWith?: string | undefined;
}

/** What a sender signs with where the provider has its own keys. */
export interface SigningKeys {
  readonly sns: { readonly key: KeyLike };
  readonly ivvy: { readonly key: KeyLike };
}

interface Plays {
  /** The provider's name, which is also its folder of samples. */
  readonly provider: string;
  /** The event that is sent where none is named: the one whose payload is documented. */
  readonly defaultEvent: string;
  /** What can be sent beside events, by the name that `npm run send` knows it by. */
  readonly handshakes: readonly string[];
}

/**
 * The other side of a provider: plays it towards Gatepost. Each `sign` makes a new delivery of a new event, with new ids
 * and the time of now.
 *
 * Written from the providers' documentation, and shares no code with `lambdas/`: what both got wrong in the same way
 * would otherwise fit together and pass.
 */
export type Sender =
  | (Plays & { readonly signsWith: 'pki'; sign(sample: Sample, keys: SigningKeys): SignedRequest })
  | (Plays & { readonly signsWith: 'secret'; sign(sample: Sample, secret: string): SignedRequest });

/**
 * The same delivery with one byte changed after it was signed: the last one of its id, so that only the signature can tell,
 * or the last one of the header that tampering changes.
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
