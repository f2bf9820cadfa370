import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** What is shown, in the look of the dashboard around it. */
export const frame = (theme: 'light' | 'dark', content: Html): string =>
  html`${STYLE}<div class="gp gp-${theme}">${content}</div>`.markup;

/** Why there is nothing else to see. */
export const notice = (sentence: string): Html =>
  html`<p class="gp-notice gp-bad" role="status">${sentence}</p>`;
