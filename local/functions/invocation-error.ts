/**
 * - `init`: the function did not start
 * - `handler`: it threw
 * - `timeout`: it took longer than the template allows
 * - `crash`: it ended, or was ended, before it returned
 */
export type FailureKind = 'init' | 'handler' | 'timeout' | 'crash';

/** An invocation had no result. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
