import { frame, notice } from './frame.ts';
import { html } from './html.ts';

/** What became of a replay. */
export type Replayed =
  | {
      /** The key of the event that was sent again. */
      readonly of: string;
      /** What arrives of it: its key, and the entity whose queue it goes to. */
      readonly events: readonly { readonly key: string; readonly entity: string }[];
    }
  | {
      /** Why nothing was sent. */
      readonly fault: string;
    };

/** What became of a replay, as a pop-up tells it. */
export const replayedView = (replayed: Replayed, theme: 'light' | 'dark'): string => {
  if ('fault' in replayed) return frame(theme, notice(replayed.fault));
  const { of, events } = replayed;
  return frame(
    theme,
    html`<h2>Sent again</h2>
<p class="gp-good" role="status">${events.length === 0 ? NO_EVENTS : ON_ITS_WAY}</p>
<dl><dt>Replay of</dt><dd>${of}</dd>${events.map(
      ({ key, entity }) => html`<dt>To ${entity}.fifo</dt><dd>${key}</dd>`,
    )}</dl>`,
  );
};

const ON_ITS_WAY = 'It is in the intake queue, on its way through fan-out.';
const NO_EVENTS = 'It is in the intake queue; by the code of today there is no event in it.';
