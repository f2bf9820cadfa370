/** Why a replay can't be begun or can't go on, as a sentence for whoever asked for it. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
