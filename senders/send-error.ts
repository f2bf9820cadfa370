/** Why nothing, or no more, can be sent: one sentence for whoever asked for it, and the exit code. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly exitCode: 1 | 2;

  /** @param exitCode 2 where something else must be asked for, 1 where the world is at fault. */
  constructor(exitCode: 1 | 2, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
