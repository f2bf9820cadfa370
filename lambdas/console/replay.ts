import { CallError, type ReplayCall, readReplayCall } from './call.ts';
import { REPLAY_DOCUMENTATION } from './documentation.ts';
import { type Replayed, replayedView } from './replayed-view.ts';

/** Replays an event. Idempotent by the replay's id. */
export type SendAgain = (key: string, replayId: string) => Promise<Replayed>;

export interface ReplayAnswer {
  /** HTML as text, or Markdown in an object. */
  readonly body: string | { readonly markdown: string };
  readonly call?: ReplayCall;
  readonly replayed?: Replayed;
  /** An error that isn't the caller's fault. */
  readonly error?: unknown;
}

/** Answers the button *Replay*. The pop-up also shows errors. */
export const answerReplay = async (event: unknown, sendAgain: SendAgain): Promise<ReplayAnswer> => {
  let call: ReplayCall;
  try {
    call = readReplayCall(event);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { body: replayedView({ fault: `Nothing was sent: ${error.message}.` }, 'light') };
  }
  if (call.view === 'documentation') return { body: { markdown: REPLAY_DOCUMENTATION }, call };
  try {
    const replayed = await sendAgain(call.key, call.replayId);
    return { body: replayedView(replayed, call.theme), call, replayed };
  } catch (error) {
    return { body: replayedView({ fault: UNSENT }, call.theme), call, error };
  }
};

const UNSENT = 'It could not be sent. Press the button again: the same replay arrives only once.';
