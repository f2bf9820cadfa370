/** A failed operation of a provider's API. The message is a sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** `provider`: it refused, did not respond or responded unexpectedly. `not-asked`: no request was sent. */
  readonly reason: 'provider' | 'not-asked';
  /** What to do next, as a sentence. */
  readonly next: string | undefined;

  constructor(reason: ApiError['reason'], message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.next = next;
  }
}
