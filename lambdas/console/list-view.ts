import type { ListedEvent } from '../event-log/listed-event.ts';
import { actionButton } from './action.ts';
import type { DashboardContext, Filter } from './call.ts';
import { choice } from './choice.ts';
import { frame, notice } from './frame.ts';
import { type Html, html } from './html.ts';
import type { EventPage } from './model.ts';
import { type TabsContext, tabs } from './tabs.ts';
import { localTime, zoneName } from './time.ts';

export interface ListContext extends DashboardContext, TabsContext {
  readonly filter: Filter;
  /** Whether this is a later page. */
  readonly isOlder: boolean;
  readonly sources: readonly string[];
  readonly entities: readonly string[];
}

/** The matching events, newest first, or why they can't be shown. */
export const listView = (found: EventPage | { readonly fault: string }, context: ListContext): string =>
  frame(
    context.theme,
    html`${tabs('list', context, context.filter.source)}${filterForm(context)}${'fault' in found ? notice(found.fault) : results(found, context)}`,
  );

const filterForm = ({ console, filter, sources, entities }: ListContext): Html => html`<form>
<label>Source ${choice('source', 'all', sources, filter.source)}</label>
<label>Entity ${choice('entity', 'all', entities, filter.entity)}</label>
<label>Id of the entity, or key of an event <input type="search" name="id" value="${filter.id}" autocomplete="off" spellcheck="false"></label>
<label class="gp-check"><input type="checkbox" name="duplicates"${filter.duplicates ? html` checked` : undefined}> Duplicates only</label>
${actionButton({ label: 'Search', endpoint: console, parameters: { view: 'search' }, look: 'btn btn-primary' })}
</form>`;

const results = (page: EventPage, context: ListContext): Html => {
  const { since, until, offset } = context;
  const { events, searchedUntil } = page;
  const range = `${localTime(since, offset)} to ${localTime(until, offset)} ${zoneName(offset)}`;
  const searched =
    searchedUntil === undefined ? '' : ` Searched back to ${localTime(searchedUntil, offset)}.`;
  return html`<p class="gp-faint" role="status">${count(page, context)} from ${range}, newest first.${searched}</p>
${events.length === 0 ? undefined : table(events, context)}
${pager(page, context)}`;
};

const count = ({ events, cursor }: EventPage, { isOlder }: ListContext): string => {
  if (events.length === 0) return cursor === undefined ? 'No events' : 'No events so far';
  const what = events.length === 1 ? 'event' : 'events';
  if (isOlder) return `${events.length} more ${what}`;
  return cursor === undefined ? `${events.length} ${what}` : `The first ${events.length} ${what}`;
};

const table = (events: readonly ListedEvent[], context: ListContext): Html => html`<table>
<thead><tr><th scope="col">Received</th><th scope="col">Source</th><th scope="col">Event</th><th scope="col">Entity id</th><th scope="col">Remarks</th></tr></thead>
<tbody>${events.map((event) => row(event, context))}</tbody>
</table>`;

const row = (event: ListedEvent, { console, filter, offset }: ListContext): Html => {
  const open = actionButton({
    label: event.type,
    endpoint: console,
    parameters: { ...filter, view: 'event', key: event.key },
    look: 'gp-link',
  });
  return html`<tr><td class="gp-time">${localTime(event.at, offset)}</td><td>${event.source}</td><td>${open}</td><td>${event.entityId}</td><td>${remarks(event)}</td></tr>
`;
};

/** Tags for the special properties of an event. */
export const remarks = ({ reason, duplicates, replays, replayOf }: ListedEvent): readonly Html[] => [
  ...(reason === undefined ? [] : [html`<span class="gp-tag gp-bad">${reason}</span>`]),
  ...(duplicates === 0 ? [] : [tag(`${duplicates} ${duplicates === 1 ? 'duplicate' : 'duplicates'}`)]),
  ...(replays === 0 ? [] : [tag(replays === 1 ? 'replayed' : `replayed ${replays} times`)]),
  ...(replayOf === undefined ? [] : [tag('replay')]),
];

const tag = (text: string): Html => html`<span class="gp-tag">${text}</span>`;

const pager = ({ cursor }: EventPage, { console, filter, isOlder }: ListContext): Html | undefined => {
  const newest = isOlder
    ? actionButton({ label: 'Newest', endpoint: console, parameters: { ...filter, view: 'list' } })
    : undefined;
  const older =
    cursor === undefined
      ? undefined
      : actionButton({ label: 'Older', endpoint: console, parameters: { ...filter, view: 'list', cursor } });
  return newest || older ? html`<div class="gp-bar">${newest}${older}</div>` : undefined;
};
