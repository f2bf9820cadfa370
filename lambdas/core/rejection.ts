/**
 * Why a delivery is rejected, and the HTTP status of the response. Logs, metrics, alarms and the runbook use exactly these
 * reasons. 4xx: the delivery is invalid, and a retry won't help. 503: Gatepost failed, and the provider should retry.
 */
export const REASONS = {
  /** Not UTF-8, not JSON, or nested beyond reason. */
  'body-not-json': 400,
  /** A field is missing or of the wrong type. */
  'body-shape': 400,
  /** SNS "raw message delivery": it carries no signature. */
  'raw-delivery': 400,

  'signature-missing': 401,
  /** Not of a signature's format or length. */
  'signature-malformed': 401,
  'signature-mismatch': 401,

  'topic-not-allowed': 403,
  'account-not-allowed': 403,
  'region-not-allowed': 403,
  'certificate-url-not-allowed': 403,
  'subscribe-url-not-allowed': 403,
  /** The provider's own signature names a key that is not the provider's. */
  'key-not-allowed': 403,
  'address-not-allowed': 403,
  /** The provider's timestamp is older than allowed. */
  stale: 403,
  /** The provider's timestamp is further in the future than clock skew explains. */
  future: 403,

  'body-too-large': 413,

  'certificate-unavailable': 503,
  'key-unavailable': 503,
  'secret-unavailable': 503,
  /** The source's secret is still the placeholder, or too short. */
  'secret-unset': 503,
  'confirmation-failed': 503,
  'intake-unavailable': 503,
  /** An unexpected error in Gatepost; the log has the details. */
  'internal-error': 503,
} as const;

export type Reason = keyof typeof REASONS;

/**
 * Whether requests that are refused for this reason are kept: those that the sender will not send again. Without a secret
 * the answer is 503, and some senders don't come again either.
 */
export const isKept = ({ status, reason }: Pick<Rejection, 'status' | 'reason'>): boolean =>
  status === 400 || status === 401 || status === 403 || reason === 'secret-unset';

export interface RejectionOptions extends ErrorOptions {
  /** Whether the sender's signature holds all the same. Default: that is not known. */
  readonly isSigned?: boolean;
}

/** A rejected delivery. `detail` and `cause` go to the log only; the caller gets only the status. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly reason: Reason;
  readonly status: (typeof REASONS)[Reason];
  /** Whether it is known that the sender's signature holds: the delivery is genuine, and refused for another reason. */
  readonly isSigned: boolean;

  /** @param detail one sentence for the log; never a payload, a secret or a signature. */
  constructor(reason: Reason, detail?: string, { isSigned = false, ...options }: RejectionOptions = {}) {
    super(detail ?? reason, options);
    this.reason = reason;
    this.status = REASONS[reason];
    this.isSigned = isSigned;
  }
}
