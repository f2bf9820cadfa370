import { CallError, type ReplayCall, readReplayCall } from './call.ts';
import { REPLAY_DOCUMENTATION } from './documentation.ts';
import { type Replayed, replayedView } from './replayed-view.ts';

/** Sends an event again, under the id of a replay. Under the same id a second time changes nothing. */
export type SendAgain = (key: string, replayId: string) => Promise<Replayed>;

/** What the replay function answers. */
export interface ReplayAnswer {
  /** HTML as text, or Markdown in an object. */
  readonly body: string | { readonly markdown: string };
  readonly call?: ReplayCall;
  readonly replayed?: Replayed;
  /** What went wrong that isn't the caller's fault. */
  readonly error?: unknown;
}

/** Answers a press of the button *Replay*. Whatever is wrong is said in the pop-up. */
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

const UNSENT =
  'It could not be sent. Press the button once more: the same replay arrives once, however often it is asked for.';
