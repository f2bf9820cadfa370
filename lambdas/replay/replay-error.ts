/** Why a replay can't start or continue, as a sentence for the user. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
