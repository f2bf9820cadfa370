/**
 * Why a delivery is rejected, and the HTTP status of the response. The list is closed: logs, metrics, alarms and the
 * runbook name these reasons and no others.
 *
 * 4xx: the delivery is at fault, sending it again won't help. 503: we could not do our part, the provider is to try again.
 */
export const REASONS = {
  /** Not UTF-8, not JSON, or nested beyond reason. */
  'body-not-json': 400,
  /** JSON of another shape than the provider's deliveries have: a field is missing or of the wrong type. */
  'body-shape': 400,
  /** SNS "raw message delivery": it carries no signature. */
  'raw-delivery': 400,

  'signature-missing': 401,
  /** Not of the form or length that a signature has. */
  'signature-malformed': 401,
  'signature-mismatch': 401,

  'topic-not-allowed': 403,
  'account-not-allowed': 403,
  'region-not-allowed': 403,
  'certificate-url-not-allowed': 403,
  'subscribe-url-not-allowed': 403,
  /** The key that the provider's own signature names is not one of the provider's. */
  'key-not-allowed': 403,
  'address-not-allowed': 403,
  /** The provider's timestamp is older than allowed. */
  stale: 403,
  /** The provider's timestamp lies further ahead than clocks differ. */
  future: 403,

  'body-too-large': 413,

  'certificate-unavailable': 503,
  'key-unavailable': 503,
  'secret-unavailable': 503,
  /** The source's secret is still the placeholder, or too short to be one. */
  'secret-unset': 503,
  'confirmation-failed': 503,
  'intake-unavailable': 503,
  /** A mistake of ours that no other reason names; the log says where. */
  'internal-error': 503,
} as const;

export type Reason = keyof typeof REASONS;

/** A rejected delivery. `detail` and `cause` are for the log only; the caller learns no more than the status. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly reason: Reason;
  readonly status: (typeof REASONS)[Reason];

  /**
   * @param detail one sentence for the log; never a payload, a secret or a signature.
   */
  constructor(reason: Reason, detail?: string, options?: ErrorOptions) {
    super(detail ?? reason, options);
    this.reason = reason;
    this.status = REASONS[reason];
  }
}
