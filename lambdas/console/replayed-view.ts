import { frame, notice } from './frame.ts';
import { html } from './html.ts';

/** The result of a replay. */
export type Replayed =
  | {
      /** The key of the replayed event. */
      readonly of: string;
      /** The events that will arrive, with the entity of their queue. */
      readonly events: readonly { readonly key: string; readonly entity: string }[];
    }
  | {
      /** Why nothing was sent. */
      readonly fault: string;
    };

/** The result of a replay, for the pop-up. */
export const replayedView = (replayed: Replayed, theme: 'light' | 'dark'): string => {
  if ('fault' in replayed) return frame(theme, notice(replayed.fault));
  const { of, events } = replayed;
  return frame(
    theme,
    html`<h2>Replayed</h2>
<p class="gp-good" role="status">${events.length === 0 ? NO_EVENTS : ON_ITS_WAY}</p>
<dl><dt>Replay of</dt><dd>${of}</dd>${events.map(
      ({ key, entity }) => html`<dt>To ${entity}.fifo</dt><dd>${key}</dd>`,
    )}</dl>`,
  );
};

const ON_ITS_WAY = 'It is in the intake queue and waits for fan-out.';
const NO_EVENTS = "It is in the intake queue, but today's code finds no event in it.";
