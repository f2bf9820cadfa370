import { actionButton } from './action.ts';
import { type Html, html } from './html.ts';

export interface TabsContext {
  /** The ARN of the console function. */
  readonly console: string;
  /** The ARN of the function for rejected deliveries; undefined if none are kept. */
  readonly rejected: string | undefined;
}

/** Leads from the list of events to that of rejected deliveries, and back. Nothing if none are kept. */
export const tabs = (
  current: 'list' | 'rejected',
  { console, rejected }: TabsContext,
  source: string | undefined,
): Html | undefined => {
  if (rejected === undefined) return undefined;
  const tab = (view: 'list' | 'rejected', label: string): Html =>
    view === current
      ? html`<strong class="gp-tab" aria-current="page">${label}</strong>`
      : actionButton({ label, endpoint: console, parameters: { view, source }, look: 'gp-link' });
  return html`<nav class="gp-tabs" aria-label="Lists">${tab('list', 'Events')}${tab('rejected', 'Rejected deliveries')}</nav>`;
};
