/** Ends the sending, with a message for the user and an exit code. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly exitCode: 1 | 2;

  /** @param exitCode 2 where the arguments are wrong, 1 for any other failure. */
  constructor(exitCode: 1 | 2, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
