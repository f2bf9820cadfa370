import { isKept, REASONS, type Reason } from '../core/rejection.ts';
import type { ListedRejection } from '../event-log/search-rejected.ts';
import type { RetryOutcome } from '../event-log/stored-rejection.ts';
import { RETRY_OUTCOMES } from '../rejected/retry-outcomes.ts';
import { actionButton } from './action.ts';
import type { DashboardContext, RejectedFilter } from './call.ts';
import { choice } from './choice.ts';
import { frame, notice } from './frame.ts';
import { type Html, html } from './html.ts';
import type { Page } from './search-page.ts';
import { type TabsContext, tabs } from './tabs.ts';
import { localTime, zoneName } from './time.ts';

export interface RejectedListContext extends DashboardContext, TabsContext {
  readonly filter: RejectedFilter;
  /** Whether this is a later page. */
  readonly isOlder: boolean;
  readonly sources: readonly string[];
}

/** The rejected deliveries that match, newest first, or why they can't be shown. */
export const rejectedListView = (
  shown: Page<ListedRejection> | { readonly fault: string },
  context: RejectedListContext,
): string =>
  frame(
    context.theme,
    html`${tabs('rejected', context, context.filter.source)}${filterForm(context)}${
      context.rejected === undefined
        ? notice(NONE_KEPT)
        : 'fault' in shown
          ? notice(shown.fault)
          : results(shown, context)
    }`,
  );

const NONE_KEPT = 'No source of this stack keeps rejected deliveries.';

const filterForm = ({ console, filter, sources }: RejectedListContext): Html => html`<form>
<label>Source ${choice('source', 'all', sources, filter.source)}</label>
<label>Reason ${choice('reason', 'all', KEPT_REASONS, filter.reason)}</label>
<label>Id of the delivery, as in the log <input type="search" name="id" value="${filter.id}" autocomplete="off" spellcheck="false"></label>
${actionButton({ label: 'Search', endpoint: console, parameters: { view: 'search-rejected' }, look: 'btn btn-primary' })}
</form>`;

const KEPT_REASONS = (Object.keys(REASONS) as Reason[]).filter((reason) =>
  isKept({ reason, status: REASONS[reason] }),
);

const results = (page: Page<ListedRejection>, context: RejectedListContext): Html => {
  const { found, searchedUntil } = page;
  const { since, until, offset, filter } = context;
  const range = `${localTime(since, offset)} to ${localTime(until, offset)} ${zoneName(offset)}`;
  const searched =
    searchedUntil === undefined ? '' : ` Searched back to ${localTime(searchedUntil, offset)}.`;
  const said =
    filter.id === undefined
      ? `${count(page, context)} from ${range}, newest first.${searched}`
      : found.length === 0
        ? 'No rejected delivery with this id is kept: it has expired, or was never kept.'
        : '1 rejected delivery, by its id.';
  return html`<p class="gp-faint" role="status">${said}</p>
${found.length === 0 ? undefined : table(found, context)}
${pager(page, context)}`;
};

const count = ({ found, cursor }: Page<ListedRejection>, { isOlder }: RejectedListContext): string => {
  if (found.length === 0)
    return cursor === undefined ? 'No rejected deliveries' : 'No rejected deliveries so far';
  const what = found.length === 1 ? 'rejected delivery' : 'rejected deliveries';
  if (isOlder) return `${found.length} more ${what}`;
  return cursor === undefined ? `${found.length} ${what}` : `The first ${found.length} ${what}`;
};

const table = (found: readonly ListedRejection[], context: RejectedListContext): Html => html`<table>
<thead><tr><th scope="col">Received</th><th scope="col">Source</th><th scope="col">Reason</th><th scope="col">Remarks</th><th scope="col">Id</th></tr></thead>
<tbody>${found.map((one) => row(one, context))}</tbody>
</table>`;

const row = (
  { id, receivedAt, source, reason, isSigned, retried }: ListedRejection,
  { rejected = '', filter, offset }: RejectedListContext,
): Html => {
  const open = actionButton({
    label: reason,
    endpoint: rejected,
    parameters: { source: filter.source, reason: filter.reason, view: 'delivery', id },
    look: 'gp-link',
  });
  return html`<tr><td class="gp-time">${localTime(receivedAt, offset)}</td><td>${source}</td><td>${open}</td><td>${isSigned ? SIGNED : undefined}${retried === undefined ? undefined : outcomeTag(retried)}</td><td class="gp-faint">${id.slice(0, SHOWN_ID)}</td></tr>
`;
};

/** Enough to find it in a log: opened, it shows the whole. */
const SHOWN_ID = 8;

const SIGNED = html`<span class="gp-tag">signature holds</span>`;

/** What came of checking it again. */
export const outcomeTag = (outcome: RetryOutcome): Html =>
  html`<span class="gp-tag ${outcome === 'refused' ? 'gp-bad' : 'gp-good'}">${RETRY_OUTCOMES[outcome]}</span>`;

const pager = (
  { cursor }: Page<ListedRejection>,
  { console, filter, isOlder }: RejectedListContext,
): Html | undefined => {
  const go = (label: string, more: object) =>
    actionButton({ label, endpoint: console, parameters: { ...filter, view: 'rejected', ...more } });
  const newest = isOlder ? go('Newest', {}) : undefined;
  const older = cursor === undefined ? undefined : go('Older', { cursor });
  return newest || older ? html`<div class="gp-bar">${newest}${older}</div>` : undefined;
};
