/** Why a provider's API didn't do what it was asked for: a sentence that says what is wrong, and one that says what to do next. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Whether the provider refused, did not answer or was not understood; or it was not asked at all. */
  readonly reason: 'provider' | 'not-asked';
  readonly next: string | undefined;

  constructor(reason: ApiError['reason'], message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.next = next;
  }
}
