import { actionButton } from './action.ts';
import type { DashboardContext, Filter } from './call.ts';
import { frame, notice } from './frame.ts';
import { type Html, html } from './html.ts';
import { remarks } from './list-view.ts';
import type { EventDetails, Payload } from './model.ts';
import { localTime, zoneName } from './time.ts';

export interface EventContext extends Pick<DashboardContext, 'theme' | 'offset'> {
  /** The ARN of the console function. */
  readonly console: string;
  /** The ARN of the replay function. */
  readonly replay: string;
  /** The filter of the list that it was opened from. */
  readonly filter: Filter;
  /** The id for the replay button: pressing it twice replays once. */
  readonly replayId: string;
}

/** One event with all its details, or why it can't be shown. */
export const eventView = (
  event: EventDetails | { readonly fault: string },
  context: EventContext,
): string => {
  const { console, filter, theme } = context;
  const back = actionButton({
    label: 'Back to the list',
    endpoint: console,
    parameters: { ...filter, view: 'list' },
  });
  if ('fault' in event) return frame(theme, html`<div class="gp-bar">${back}</div>${notice(event.fault)}`);
  return frame(
    theme,
    html`<div class="gp-bar">${back}${replayButton(event, context)}</div>
<h2>${event.type}</h2>
${facts(event, context)}
<h3>Path</h3>
${path(event, context)}
<h3>Headers kept</h3>
${headers(event.headers)}
<h3>Payload</h3>
${payloadBlock(event.payload)}`,
  );
};

const replayButton = ({ key, type }: EventDetails, { replay, replayId }: EventContext): Html =>
  actionButton({
    label: 'Replay',
    endpoint: replay,
    parameters: { key, replayId },
    display: 'popup',
    confirmation: `Replay this ${type}? Its consumers receive it again, with a new id and with replayof.`,
    look: 'btn btn-primary',
  });

const facts = (event: EventDetails, { offset, console, filter }: EventContext): Html => {
  const { state, at, source, entityId, providerType, key, deliveryId, replayOf } = event;
  const original =
    replayOf === undefined
      ? undefined
      : actionButton({
          label: replayOf,
          endpoint: console,
          parameters: { ...filter, view: 'event', key: replayOf },
          look: 'gp-link',
        });
  return html`<dl>
<dt>State</dt><dd>${state} ${remarks(event)}</dd>
<dt>${replayOf === undefined ? 'Received' : 'Replayed'}</dt><dd>${localTime(at, offset)} ${zoneName(offset)}</dd>
<dt>Source</dt><dd>${source}</dd>
${fact('Entity id', entityId)}
${fact('Provider type', providerType)}
<dt>Key</dt><dd>${key}</dd>
<dt>Delivery</dt><dd>${deliveryId}</dd>
${original && html`<dt>Replay of</dt><dd>${original}</dd>`}
</dl>`;
};

const fact = (name: string, value: string | undefined): Html | undefined =>
  value === undefined ? undefined : html`<dt>${name}</dt><dd>${value}</dd>`;

const path = ({ path: steps, pathNote }: EventDetails, { offset }: EventContext): Html =>
  html`<ol>${steps.map(
    ({ at, what, failed }) =>
      html`<li><span class="gp-time gp-faint">${localTime(at, offset, 3)}</span><span${failed ? html` class="gp-bad"` : undefined}>${what}</span></li>
`,
  )}</ol>${pathNote === undefined ? undefined : html`<p class="gp-faint">${pathNote}</p>`}`;

const headers = (kept: Readonly<Record<string, string>>): Html => {
  const rows = Object.entries(kept).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return rows.length === 0 ? html`<p class="gp-faint">None.</p>` : html`<dl>${rows}</dl>`;
};

/** A payload, or why there is none. @param label what it is called. */
export const payloadBlock = (given: Payload | undefined, label = 'Payload'): Html => {
  if (given === undefined) return NOT_SHOWN;
  if ('missing' in given) return html`<p class="gp-faint">${given.missing}</p>`;
  const { text } = given;
  const cut = text.length > MAX_SHOWN;
  return html`${cut ? html`<p class="gp-faint">The first ${MAX_SHOWN} of ${text.length} characters.</p>` : undefined}<pre tabindex="0" aria-label="${label}">${cut ? text.slice(0, MAX_SHOWN) : text}</pre>`;
};

/** Limits the work of the browser; the queue and `gatepost event` have the whole payload. */
const MAX_SHOWN = 200_000;

const NOT_SHOWN = html`<p class="gp-faint">Payloads are not shown here: the setting consolePayloads is off.</p>`;
